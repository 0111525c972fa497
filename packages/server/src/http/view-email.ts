/** Recorded mails as `EmailMessage` and `EmailMessagePreview` of the contract. */
import { toIso } from '@tacet/domain';
import type { ItemParty, StoredItem } from '@tacet/media';
import type { MailParty } from '../mail/mail-headers.ts';
import type { OpenedMail } from '../mail/open-mail.ts';
import type { Call } from './door.ts';
import { given } from './view-communication.ts';

interface Address {
  readonly email?: string;
  readonly name?: string;
}

function address({ address: email, name }: MailParty | ItemParty): Address {
  return { ...given('email', email), ...given('name', name) };
}

/** What the description of an item says; the mail itself is not opened for it. */
export function emailPreview({ path }: Call, { head, arrivedAt }: StoredItem): object {
  const { id, from = {}, to = [], cc = [], subject } = head;
  return {
    ...{ id, from: address(from), to: to.map(address), cc: cc.map(address), ...given('subject', subject) },
    time: toIso(arrivedAt),
    selfUri: `/api/v2/conversations/emails/${path['conversationId']}/messages/${id}`,
  };
}

export function emailModel(call: Call, item: StoredItem, mail: OpenedMail): object {
  const { text = '', html, bcc, replyTo, attachments } = mail;
  return {
    ...emailPreview(call, item),
    ...(bcc.length === 0 ? {} : { bcc: bcc.map(address) }),
    ...given('replyTo', replyTo === undefined ? undefined : address(replyTo)),
    textBody: text,
    ...given('htmlBody', html),
    attachments: attachments.map(({ name, contentType, lengthBytes }, number) => ({
      attachmentId: String(number),
      ...given('name', name),
      contentType,
      contentLength: lengthBytes,
    })),
  };
}
