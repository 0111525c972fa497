/** The head of a message: bytes up to the empty line → first line and headers, keeping what it can of a bad one. */
import type { SipFaultCode } from './fault.ts';
import { isToken, trimmed } from './grammar.ts';
import { contentLengthFrom, isWellFormed } from './header-checks.ts';
import { headerName, isSingleHeader } from './header-names.ts';
import { sipLimits } from './limits.ts';
import type { SipHeader } from './message.ts';
import type { StartLine } from './start-line.ts';
import { readStartLine } from './start-line.ts';

/** The first thing found wrong with a head. */
export interface HeadFault {
  readonly code: SipFaultCode;
  readonly header: string | undefined;
}

export interface Head {
  /** Undefined exactly when the first line is at fault. */
  readonly start: StartLine | undefined;
  /** The method, also of a request line that is otherwise at fault. */
  readonly method: string | undefined;
  /** All lines that could be read as headers, well formed or not, without Content-Length. */
  readonly headers: readonly SipHeader[];
  /** The body length announced; undefined when no Content-Length line was there, -1 when it cannot be relied on. */
  readonly contentLength: number | undefined;
  readonly fault: HeadFault | undefined;
}

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const looseText = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads a head; the bytes end before the empty line. Everything readable is kept, so that a bad head is answered. */
export function readHead(bytes: Uint8Array): Head {
  const { text, isSound } = textOf(bytes);
  const lines = unfolded(text);
  const start = readStartLine(lines[0] ?? '');
  const headers: SipHeader[] = [];
  let fault: HeadFault | undefined = isSound ? undefined : { code: 'textInvalid', header: undefined };
  if (start.fault !== undefined) fault ??= { code: start.fault, header: undefined };
  if (lines.length - 1 > sipLimits.headersMax) fault ??= { code: 'headersTooMany', header: undefined };
  const seen = new Set<string>();
  let contentLength: number | undefined;
  for (const line of lines.slice(1, sipLimits.headersMax + 1)) {
    const header = readHeader(line);
    if (header === undefined) {
      fault ??= { code: 'headerInvalid', header: undefined };
      continue;
    }
    fault ??= headerFault(header, line, seen);
    if (header.name === 'Content-Length') contentLength = oneLength(contentLength, header.value);
    else headers.push(header);
  }
  return { start: start.line, method: start.method, headers, contentLength, fault };
}

/** Two lengths, even equal ones, leave open where the message ends, so neither is believed. */
function oneLength(before: number | undefined, value: string): number {
  return before === undefined ? (contentLengthFrom(value) ?? -1) : -1;
}

function headerFault({ name, value }: SipHeader, line: string, seen: Set<string>): HeadFault | undefined {
  if (line.length > sipLimits.headerCharsMax) return { code: 'headerTooLong', header: undefined };
  if (isSingleHeader(name)) {
    if (seen.has(name)) return { code: 'headerRepeated', header: name };
    seen.add(name);
  }
  return isWellFormed(name, value) ? undefined : { code: 'headerInvalid', header: name };
}

function readHeader(line: string): SipHeader | undefined {
  const colon = line.indexOf(':');
  const written = trimmed(line.slice(0, Math.max(0, colon)));
  return isToken(written) ? { name: headerName(written), value: trimmed(line.slice(colon + 1)) } : undefined;
}

/** The head as text. When bytes are no UTF-8 or a character is forbidden, an approximation for the answer's sake. */
function textOf(bytes: Uint8Array): { readonly text: string; readonly isSound: boolean } {
  try {
    const text = strictText.decode(bytes);
    return { text, isSound: !hasForbiddenCharacter(text) };
  } catch {
    return { text: looseText.decode(bytes), isSound: false };
  }
}

/** Control characters are forbidden, unless a backslash quotes them; CR and LF only ever stand together (§25.1). */
function hasForbiddenCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code >= 0x20 && code !== 0x7f) || code === 0x09) continue;
    if (code === 0x0d && text.charCodeAt(at + 1) === 0x0a) at += 1;
    else if (code === 0x0d || code === 0x0a || !isEscaped(text, at)) return true;
  }
  return false;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** Lines, where one that begins with a space or tab continues the line before it, joined by a space (§7.3.1). */
function unfolded(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (!/[\r\n][ \t]/.test(text)) return lines;
  const [start = '', ...rest] = lines;
  const joined: string[][] = [];
  for (const line of rest) {
    const before = joined.at(-1);
    if (before === undefined || !isContinuation(line)) joined.push([line]);
    else if (trimmed(line) !== '') before.push(line);
  }
  return [start, ...joined.map((pieces) => (pieces.length === 1 ? (pieces[0] ?? '') : pieces.map(trimmed).join(' ')))];
}

function isContinuation(line: string): boolean {
  return line.startsWith(' ') || line.startsWith('\t');
}
