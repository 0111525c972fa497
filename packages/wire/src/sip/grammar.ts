/** The smallest pieces of SIP text: tokens, quoted strings, hosts, and lists split at their commas (RFC 3261 §25.1). */

/** Pattern sources, to be joined into larger patterns. Each one reads its input in one pass without going back. */
interface Patterns {
  readonly token: string;
  readonly quoted: string;
  readonly host: string;
}

export const patterns: Patterns = {
  token: "[A-Za-z0-9\\-.!%*_+`'~]+",
  quoted: '"(?:[^"\\\\]|\\\\[\\s\\S])*"',
  // An underscore is no letter of a host name, but names given by container platforms have it, and they resolve.
  host: '(?:[A-Za-z0-9_](?:[A-Za-z0-9_.\\-]*[A-Za-z0-9_.])?|\\[[0-9A-Fa-f:.]{2,45}\\])',
};

const wholeToken = new RegExp(`^${patterns.token}$`);
const wholeQuoted = new RegExp(`^${patterns.quoted}$`);
const wholeHost = new RegExp(`^${patterns.host}$`);

export function isToken(text: string): boolean {
  return wholeToken.test(text);
}

export function isHost(text: string): boolean {
  return wholeHost.test(text);
}

/** A port that a datagram can be sent to, or undefined: 1 to 65535 in at most five digits. */
export function portFrom(digits: string): number | undefined {
  if (!/^[0-9]{1,5}$/.test(digits)) return undefined;
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** A whole number from 0 to `max` (leading zeros are allowed by the grammar), or undefined. */
export function numberFrom(digits: string, max: number): number | undefined {
  if (!/^[0-9]{1,40}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number <= max ? number : undefined;
}

/** Text without spaces and tabs around it. Other characters that look like space are part of the text (§25.1). */
export function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (from < to && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The text that a quoted string stands for; other text is returned as it is. */
export function unquoted(text: string): string {
  return wholeQuoted.test(text) ? text.slice(1, -1).replace(/\\([\s\S])/g, '$1') : text;
}

/** Text as a quoted string. Line breaks cannot be written in SIP, not even quoted, so they become spaces. */
export function quoted(text: string): string {
  const escaped = text
    .replace(/[\r\n]+/g, ' ')
    .replace(/["\\]|\p{Cc}/gu, (character) => (character < '\u0080' ? `\\${character}` : character));
  return `"${escaped}"`;
}

/**
 * Splits a list header value at its commas, leaving alone those inside quotes and angle brackets (§7.3.1).
 * Undefined when a value between two commas is empty, or a quote or bracket does not end; no values for no text.
 */
export function splitAtCommas(text: string): readonly string[] | undefined {
  if (text === '') return [];
  if (!text.includes(',')) return [text];
  const values: string[] = [];
  let from = 0;
  while (from <= text.length) {
    const to = endOfValue(text, from);
    const value = trimmed(text.slice(from, Math.max(from, to)));
    if (to < 0 || value === '') return undefined;
    values.push(value);
    from = to + 1;
  }
  return values;
}

/** Where the list value that begins at `from` ends: at a comma or at the end of the text; -1 when it cannot end. */
function endOfValue(text: string, from: number): number {
  let closing = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (closing === '"' && character === '\\') at += 1;
    else if (closing !== '') closing = character === closing ? '' : closing;
    else if (character === '"') closing = '"';
    else if (character === '<') closing = '>';
    else if (character === ',') return at;
  }
  return closing === '' ? text.length : -1;
}
