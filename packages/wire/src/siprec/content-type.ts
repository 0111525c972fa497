/** The value of a Content-Type or Content-Disposition header taken apart (RFC 2045 §5.1, RFC 2183 §2). */

import { siprecLimits } from './limits.ts';

/** A media type, or a disposition, in lower case, with its parameters by lower-case name. */
export interface HeaderValue {
  readonly kind: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads `kind; name=value; name="quoted value"`. Every text gives some answer: what cannot be read is left out, the
 * first of equal names wins, and a value longer than the bound has neither kind nor parameters.
 */
export function readHeaderValue(text: string): HeaderValue {
  const parameters = new Map<string, string>();
  if (text.length > siprecLimits.headerValueCharsMax) return { kind: '', parameters };
  const [kind = '', ...rest] = splitOutsideQuotes(text);
  for (const piece of rest) {
    const equals = piece.indexOf('=');
    const name = piece.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (name !== '' && !parameters.has(name)) parameters.set(name, unquote(piece.slice(equals + 1).trim()));
  }
  return { kind: kind.trim().toLowerCase(), parameters };
}

/** Pieces between semicolons; a semicolon inside double quotes does not divide. */
function splitOutsideQuotes(text: string): string[] {
  const pieces: string[] = [];
  let [from, isQuoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (isQuoted && char === '\\') at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === ';' && !isQuoted) {
      pieces.push(text.slice(from, at));
      from = at + 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
}

function unquote(value: string): string {
  return /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
