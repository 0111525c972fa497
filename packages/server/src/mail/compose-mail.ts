/** A mail (RFC 5322) of what a request says, so that all mails are kept and read in one form. Nothing is sent. */
import MailComposer from 'nodemailer/lib/mail-composer';
import type { MailParty } from './mail-headers.ts';

export interface MailWish {
  readonly messageId: string;
  readonly sentAt: Date;
  readonly from?: MailParty;
  readonly to: readonly MailParty[];
  readonly cc?: readonly MailParty[];
  readonly bcc?: readonly MailParty[];
  readonly replyTo?: MailParty;
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
}

type Box = { name: string; address: string };

function boxes(parties: readonly MailParty[]): Box[] {
  return parties.map(({ name = '', address }) => ({ name, address }));
}

/** Its lines end with CR LF. */
export async function composeMail(wish: MailWish): Promise<Buffer> {
  const { messageId, sentAt, from, to, cc = [], bcc = [], replyTo, subject, text, html } = wish;
  const node = new MailComposer({
    messageId,
    date: sentAt,
    ...(from === undefined ? {} : { from: boxes([from]) }),
    to: boxes(to),
    cc: boxes(cc),
    bcc: boxes(bcc),
    ...(replyTo === undefined ? {} : { replyTo: boxes([replyTo]) }),
    ...(subject === undefined ? {} : { subject }),
    text: text ?? '',
    ...(html === undefined ? {} : { html }),
    // Nothing but text comes from the request; these keep it so.
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  }).compile();
  // Copies that others do not see are part of what is recorded.
  node.keepBcc = true;
  return node.build();
}
