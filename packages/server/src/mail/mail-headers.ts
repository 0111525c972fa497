/** The headers of a mail (RFC 5322): who, to whom, about what, and to which mails it is an answer. Bounded in all of it. */
import PostalMime, { type Address, type Mailbox } from 'postal-mime';
import { mailLimits } from './mail-limits.ts';

export interface MailParty {
  readonly address: string;
  readonly name?: string;
}

export interface MailHeaders {
  readonly from: readonly MailParty[];
  readonly to: readonly MailParty[];
  readonly cc: readonly MailParty[];
  readonly subject?: string;
  /** ISO 8601, where its sender said it so that it can be read. */
  readonly sentAt?: string;
  readonly messageId?: string;
  /** Message-IDs of the mails before it in its thread. */
  readonly references: readonly string[];
}

const none: MailHeaders = { from: [], to: [], cc: [], references: [] };
/** A Message-ID (RFC 5322 §3.6.4), as liberal as mail programs are. */
const messageIdPattern = /<[^<>\s]{1,996}>/g;

/** The header section alone, with the empty line behind it; nothing of the body is looked at. */
function headerSection(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, mailLimits.headerBytesMax));
  const [withReturn, bare] = [view.indexOf('\r\n\r\n'), view.indexOf('\n\n')];
  const ends = [withReturn === -1 ? -1 : withReturn + 4, bare === -1 ? -1 : bare + 2].filter((end) => end > 0);
  return view.subarray(0, ends.length === 0 ? view.length : Math.min(...ends));
}

/** Without control characters, which have no meaning in a name or subject and a bad one in a terminal. */
export function shownText(text: string | undefined): string | undefined {
  const clean = text
    ?.slice(0, mailLimits.textCharactersMax)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .toWellFormed()
    .trim();
  return clean === '' ? undefined : clean;
}

function mailboxes(addresses: readonly Address[]): readonly Mailbox[] {
  return addresses.flatMap((address) => (address.group === undefined ? [address] : address.group));
}

/** The people of a header, as they are named there. */
export function partiesOf(addresses: readonly Address[] | undefined): readonly MailParty[] {
  return mailboxes(addresses ?? [])
    .slice(0, mailLimits.addressesMax)
    .flatMap(({ address, name }) => {
      const [to, called] = [shownText(address), shownText(name)];
      if (to === undefined || to.length > 254) return [];
      return [{ address: to, ...(called === undefined ? {} : { name: called }) }];
    });
}

function idsIn(text: string | undefined): readonly string[] {
  return [...(text ?? '').matchAll(messageIdPattern)].map(([id]) => id);
}

/** The newest first, and the oldest in any case: it is what whole threads have in common. */
function threadOf(references: readonly string[]): readonly string[] {
  const known = [...new Set([...references].reverse())];
  if (known.length <= mailLimits.referencesMax) return known;
  return [...known.slice(0, mailLimits.referencesMax - 1), ...known.slice(-1)];
}

function instantOf(date: string | undefined): string | undefined {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** Reads what the headers say; a mail whose headers cannot be read says nothing. Takes bounded time, whatever it is given. */
export async function readMailHeaders(bytes: Uint8Array): Promise<MailHeaders> {
  const options = { maxNestingDepth: 1, maxRfc822NestingDepth: 0, maxHeadersSize: mailLimits.headerBytesMax };
  const mail = await PostalMime.parse(headerSection(bytes), options).catch(() => undefined);
  if (mail === undefined) return none;
  const [subject, sentAt] = [shownText(mail.subject), instantOf(mail.date)];
  const [messageId] = idsIn(mail.messageId);
  return {
    from: partiesOf(mail.from === undefined ? [] : [mail.from]),
    to: partiesOf(mail.to),
    cc: partiesOf(mail.cc),
    ...(subject === undefined ? {} : { subject }),
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(messageId === undefined ? {} : { messageId }),
    references: threadOf([...idsIn(mail.references), ...idsIn(mail.inReplyTo)]),
  };
}
