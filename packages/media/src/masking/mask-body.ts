/** The bytes of a mail, or of a text, without the numbers that nobody may keep; as long as before. */
import type { TextMask } from '@tacet/domain';
import { mediaLimits } from '../limits.ts';
import { findNumbers } from './mask-text.ts';
import type { Span } from './span.ts';

const [digitX, zero, nine] = [0x58, 0x30, 0x39];

/** A character for each byte, of which only those of ASCII are looked for. */
const latin = new TextDecoder('latin1');

function blank(line: string): string {
  return '\0'.repeat(line.length);
}

/** Headers but the subject, and what separates parts, stay as they are: a mail that nobody can open is worth nothing. */
function searchable(text: string): string {
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const headers = text.slice(0, end).replace(/^(?!subject:).*$/gim, blank);
  return headers + text.slice(end).replace(/^(?:--.*|.*boundary=.*)$/gim, blank);
}

/**
 * Overwrites in place the digits of what is found in the first `searchedBodyBytesMax` bytes.
 * What is encoded (base64), compressed or a picture is not searched.
 */
export function maskBody(body: Uint8Array, isMail: boolean, masks: ReadonlySet<TextMask>): readonly Span[] {
  if (body.length === 0) return [];
  const text = latin.decode(body.subarray(0, mediaLimits.searchedBodyBytesMax));
  const spans = findNumbers(isMail ? searchable(text) : text, masks);
  for (const { from, to } of spans) {
    for (let at = from; at < to; at += 1) {
      const byte = body[at] ?? 0;
      if (byte >= zero && byte <= nine) body[at] = digitX;
    }
  }
  return spans;
}
