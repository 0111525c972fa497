/** Multipart bodies as RFC 2046 §5.1 frames them: bytes to parts and back, parts being views and not copies. */

import { found, type Result, refused } from '../result.ts';
import { readHeaderValue } from './content-type.ts';
import { siprecLimits } from './limits.ts';

/** One header of a part. Names are in lower case when read; values are trimmed and hold no line break. */
export interface PartHeader {
  readonly name: string;
  readonly value: string;
}

/** One part. Its body is a view into the bytes it was read from. */
export interface BodyPart {
  readonly headers: readonly PartHeader[];
  readonly body: Uint8Array;
}

/** A body taken apart. `isComplete` is false where the closing boundary is missing and the last part may be cut. */
export interface MultipartBody {
  readonly parts: readonly BodyPart[];
  readonly isComplete: boolean;
}

export type MultipartFaultCode =
  /** A bound of `siprecLimits` was passed. */
  | 'bodyTooLarge'
  /** The Content-Type is not multipart or names no usable boundary. */
  | 'boundaryUnusable'
  /** The boundary occurs nowhere in the body. */
  | 'boundaryMissing'
  /** On writing: the boundary occurs inside a part. */
  | 'boundaryClash'
  /** On writing: a header name is no token or a value holds a line break. */
  | 'headerMalformed';

const newline = 0x0a;
const carriageReturn = 0x0d;
const dash = 0x2d;
const utf8 = new TextDecoder();
const toUtf8 = new TextEncoder();
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/**
 * Splits a body by the boundary of its Content-Type value. Preamble and epilogue are passed over, lines may end in
 * CRLF or LF, and a missing closing boundary is tolerated: some gateways cut the body after a last part nobody needs.
 */
export function splitMultipart(contentType: string, body: Uint8Array): Result<MultipartBody, MultipartFaultCode> {
  const { kind, parameters } = readHeaderValue(contentType);
  const boundary = parameters.get('boundary') ?? '';
  if (!kind.startsWith('multipart/') || !isUsableBoundary(boundary)) return refused('boundaryUnusable', 'content type');
  if (body.length > siprecLimits.bodyBytesMax) return refused('bodyTooLarge', 'bytes');
  const delimiter = toUtf8.encode(`--${boundary}`);
  const parts: BodyPart[] = [];
  let partFrom = -1;
  for (let from = 0; from < body.length; ) {
    const to = lineEnd(body, from);
    const mark = delimiterAt(body.subarray(from, to), delimiter);
    if (mark !== 'none') {
      if (partFrom >= 0) {
        const part = readPart(body.subarray(partFrom, withoutLineBreak(body, partFrom, from)));
        if (part === undefined) return refused('bodyTooLarge', `part ${parts.length + 1}`);
        parts.push(part);
      }
      if (mark === 'closing') return found({ parts, isComplete: true });
      if (parts.length >= siprecLimits.partsMax) return refused('bodyTooLarge', `part ${parts.length + 1}`);
      partFrom = to + 1;
    }
    from = to + 1;
  }
  if (partFrom < 0) return refused('boundaryMissing', 'body');
  const part = partFrom < body.length ? readPart(body.subarray(partFrom)) : null;
  if (part === undefined) return refused('bodyTooLarge', `part ${parts.length + 1}`);
  return found({ parts: part === null ? parts : [...parts, part], isComplete: false });
}

/** Writes parts with CRLF lines under a boundary of the caller's. Reading the result gives equal parts. */
export function joinMultipart(boundary: string, parts: readonly BodyPart[]): Result<Uint8Array, MultipartFaultCode> {
  if (!isUsableBoundary(boundary)) return refused('boundaryUnusable', 'boundary');
  const delimiter = toUtf8.encode(`--${boundary}`);
  const pieces: Uint8Array[] = [];
  for (const [index, part] of parts.entries()) {
    const place = `part ${index + 1}`;
    if (occursAtLineStart(part.body, delimiter)) return refused('boundaryClash', place);
    if (part.headers.some((header) => !isWritable(header))) return refused('headerMalformed', place);
    const headers = part.headers.map(({ name, value }) => `${titleCase(name)}: ${value}\r\n`).join('');
    pieces.push(toUtf8.encode(`--${boundary}\r\n${headers}\r\n`), part.body, toUtf8.encode('\r\n'));
  }
  pieces.push(toUtf8.encode(`--${boundary}--\r\n`));
  return found(joined(pieces));
}

/** The value of a part's header, by its name in lower case; undefined when the part has no such header. */
export function partHeader(part: BodyPart, name: string): string | undefined {
  return part.headers.find((header) => header.name === name)?.value;
}

/** Printable characters without blanks, at most 70 (RFC 2046 §5.1.1; the few it forbids beyond that do no harm). */
function isUsableBoundary(boundary: string): boolean {
  return /^[!-~]+$/.test(boundary) && boundary.length <= siprecLimits.boundaryCharsMax;
}

/** Index of the LF that ends the line, or the end of the bytes. */
function lineEnd(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(newline, from);
  return at < 0 ? bytes.length : at;
}

/** Whether a line is a delimiter: the boundary and then nothing but `--` and blanks, so `--ab` is no end of `--a`. */
function delimiterAt(line: Uint8Array, delimiter: Uint8Array): 'none' | 'opening' | 'closing' {
  if (!startsWith(line, delimiter)) return 'none';
  const isClosing = line[delimiter.length] === dash && line[delimiter.length + 1] === dash;
  for (let at = delimiter.length + (isClosing ? 2 : 0); at < line.length; at += 1) {
    const byte = line[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== carriageReturn) return 'none';
  }
  return isClosing ? 'closing' : 'opening';
}

/** The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function withoutLineBreak(body: Uint8Array, from: number, delimiterFrom: number): number {
  let to = delimiterFrom;
  if (to > from && body[to - 1] === newline) to -= 1;
  if (to > from && body[to - 1] === carriageReturn) to -= 1;
  return to;
}

/** Headers up to the first blank line, body after it; undefined when a bound is passed. */
function readPart(bytes: Uint8Array): BodyPart | undefined {
  const lines: string[] = [];
  let from = 0;
  while (from < bytes.length) {
    const to = lineEnd(bytes, from);
    const line = utf8.decode(bytes.subarray(from, to));
    from = to + 1;
    if (line.trim() === '') break;
    // A line that begins with a blank goes on where the one before it ended (RFC 5322 §2.2.3).
    const last = /^[ \t]/.test(line) ? lines.pop() : undefined;
    lines.push(last === undefined ? line : `${last} ${line}`);
    if (lines.length > siprecLimits.partHeadersMax) return undefined;
  }
  const headers = readHeaders(lines);
  if (headers.some(({ value }) => value.length > siprecLimits.headerValueCharsMax)) return undefined;
  return { headers, body: bytes.subarray(from) };
}

/** Lines that are no headers are left out: they occur in parts that vendors add and nobody needs. */
function readHeaders(lines: readonly string[]): readonly PartHeader[] {
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line
      .slice(colon + 1)
      .replace(/\p{Cc}+/gu, ' ')
      .trim();
    return headerName.test(name) ? [{ name, value }] : [];
  });
}

function isWritable({ name, value }: PartHeader): boolean {
  return headerName.test(name) && !/[\r\n\0]/.test(value);
}

/** `content-type` as `Content-Type`; some clients compare the names of part headers by case. */
function titleCase(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, at) => bytes[at] === byte);
}

function occursAtLineStart(bytes: Uint8Array, delimiter: Uint8Array): boolean {
  for (let from = 0; from < bytes.length; from = lineEnd(bytes, from) + 1) {
    if (startsWith(bytes.subarray(from), delimiter)) return true;
  }
  return false;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
