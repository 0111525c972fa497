/** A mail as a page: its text, or its HTML as far as that is harmless, below who wrote it to whom. */
import { createHash } from 'node:crypto';
import type { MailParty } from './mail-headers.ts';
import type { MailAttachment, OpenedMail } from './open-mail.ts';

const style =
  'body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:60rem}dt{font-weight:600}pre{white-space:pre-wrap}' +
  'table{border-collapse:collapse}td,th{vertical-align:top;padding:.1rem .4rem}main{border-top:1px solid;margin-top:1rem}';
const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * No script, no request, no form, no frame, no way out of the page: what the HTML was cleaned of, the browser refuses
 * as well.
 */
export const mailViewPolicy =
  `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
  'sandbox';

/** The same for whoever shows the page without our headers; two of its parts count in headers alone. */
const policyInPage = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

function escaped(text: string): string {
  const marks: { readonly [mark: string]: string } = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (mark) => marks[mark] ?? '');
}

function people(parties: readonly MailParty[]): string {
  return parties.map(({ name, address }) => (name === undefined ? address : `${name} <${address}>`)).join(', ');
}

function row(term: string, text: string): string {
  return text === '' ? '' : `<dt>${term}</dt><dd>${escaped(text)}</dd>`;
}

function files(attachments: readonly MailAttachment[]): string {
  return attachments
    .map(
      ({ name = 'attachment', contentType, lengthBytes }, place) =>
        `${place}: ${name} (${contentType}, ${lengthBytes} bytes)`,
    )
    .join('; ');
}

export function mailPage(mail: OpenedMail, arrivedAt: string): string {
  const { from, to, cc, subject = '', text = '', html, attachments } = mail;
  const facts = [
    row('From', people(from === undefined ? [] : [from])),
    row('To', people(to)),
    row('Cc', people(cc)),
    row('Arrived', arrivedAt),
    row('Subject', subject),
    row('Attachments', files(attachments)),
  ].join('');
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="${policyInPage}">` +
    `<title>Mail</title><style>${style}</style></head><body><dl>${facts}</dl>` +
    `<main>${html ?? `<pre>${escaped(text)}</pre>`}</main></body></html>`
  );
}
