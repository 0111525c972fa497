/** A mail opened: its text, its HTML without what could run or load, its attachments. Runs in a thread that may be ended. */
import PostalMime, { type Attachment } from 'postal-mime';
import sanitizeHtml from 'sanitize-html';
import { type MailParty, partiesOf, shownText } from './mail-headers.ts';
import { mailLimits } from './mail-limits.ts';

export interface MailAttachment {
  readonly name?: string;
  readonly contentType: string;
  readonly lengthBytes: number;
}

export interface OpenedMail {
  readonly from?: MailParty;
  readonly to: readonly MailParty[];
  readonly cc: readonly MailParty[];
  readonly bcc: readonly MailParty[];
  readonly replyTo?: MailParty;
  readonly subject?: string;
  readonly text?: string;
  /** Shows text and tables; nothing in it runs, loads or leads anywhere. */
  readonly html?: string;
  readonly attachments: readonly MailAttachment[];
  /** The bytes of the attachments, in order, where they were asked for. */
  readonly contents: readonly Uint8Array<ArrayBuffer>[];
}

/** Tags that say how text is meant; whatever else there is goes, and its text stays. */
const allowedTags = [
  ...['p', 'div', 'span', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'code'],
  ...['b', 'strong', 'i', 'em', 'u', 's', 'sub', 'sup', 'small', 'ul', 'ol', 'li', 'dl', 'dt', 'dd'],
  ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
];

/** Where a link led is shown with it, and it leads nowhere: senders of mails are not to be trusted with that. */
function asWords(_tag: string, { href }: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  return { tagName: 'span', attribs: href === undefined ? {} : { title: href.slice(0, 2_000) } };
}

function asImage(_tag: string, { alt }: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  return { tagName: 'span', attribs: {}, text: `[${alt?.slice(0, 200) || 'image'}]` };
}

/** HTML without scripts, styles, images, links, forms and frames. */
export function safeHtml(html: string): string {
  return sanitizeHtml(html.slice(0, mailLimits.shownCharactersMax), {
    allowedTags,
    // Rule: nothing of a mail's HTML runs, loads anything or leads anywhere
    allowedAttributes: { span: ['title'], td: ['colspan', 'rowspan'], th: ['colspan', 'rowspan'] },
    allowedSchemes: [],
    transformTags: { a: asWords, img: asImage },
    nonTextTags: ['style', 'script', 'textarea', 'option', 'noscript', 'title', 'template', 'svg', 'math', 'iframe'],
    nestingLimit: mailLimits.nestingMax,
    parser: { decodeEntities: true },
  });
}

function bytesOf({ content }: Attachment): Uint8Array<ArrayBuffer> {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof ArrayBuffer ? new Uint8Array(content) : new Uint8Array(content);
}

function describe({ filename, mimeType }: Attachment, bytes: Uint8Array): MailAttachment {
  const name = shownText(filename ?? undefined)?.slice(-255);
  const contentType = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(mimeType) ? mimeType : 'application/octet-stream';
  return { ...(name === undefined ? {} : { name }), contentType, lengthBytes: bytes.length };
}

function shown(text: string | undefined): string | undefined {
  return text?.slice(0, mailLimits.shownCharactersMax).replaceAll('\0', '').toWellFormed();
}

/** @throws Error where it goes beyond a limit. */
export async function openMail(bytes: Uint8Array, withContents: boolean): Promise<OpenedMail> {
  const mail = await PostalMime.parse(bytes, {
    maxNestingDepth: mailLimits.nestingMax,
    maxRfc822NestingDepth: mailLimits.nestedMailsMax,
    maxHeadersSize: mailLimits.allHeaderBytesMax,
  });
  const parts = mail.attachments.slice(0, mailLimits.attachmentsMax);
  const contents = parts.map(bytesOf);
  const [from] = partiesOf(mail.from === undefined ? [] : [mail.from]);
  const [replyTo] = partiesOf(mail.replyTo);
  const [subject, text] = [shownText(mail.subject), shown(mail.text)];
  const html = mail.html === undefined ? undefined : safeHtml(mail.html);
  return {
    ...(from === undefined ? {} : { from }),
    to: partiesOf(mail.to),
    cc: partiesOf(mail.cc),
    bcc: partiesOf(mail.bcc),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(subject === undefined ? {} : { subject }),
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    attachments: parts.map((part, place) => describe(part, contents[place] ?? new Uint8Array())),
    contents: withContents ? contents : [],
  };
}
