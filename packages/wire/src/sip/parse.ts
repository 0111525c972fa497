/** Bytes of one datagram, or one framed piece of a stream, → a message or the fault that explains why not. */
import { parseAddress } from './address.ts';
import { parseCSeq } from './cseq.ts';
import type { RefusedRequest, SipFault, SipFaultCode } from './fault.ts';
import { splitAtCommas } from './grammar.ts';
import type { Head, HeadFault } from './head.ts';
import { readHead } from './head.ts';
import { sipLimits } from './limits.ts';
import type { Essentials, SipHeader, SipMessage } from './message.ts';
import { noBody } from './message.ts';
import { parseVia } from './via.ts';

export type ParseResult =
  | { readonly ok: true; readonly message: SipMessage }
  | { readonly ok: false; readonly fault: SipFault };

/**
 * Reads a datagram (RFC 3261 §7, §18.3). Never throws. Line breaks before the message are skipped; without
 * Content-Length the body is the rest of the datagram; bytes behind the body are ignored; a body shorter than
 * announced is a fault. A datagram of line breaks alone, which peers send to keep a path open, is the fault `empty`.
 *
 * The body is a view of `bytes`: do not change them afterwards.
 */
export function parseMessage(bytes: Uint8Array): ParseResult {
  const from = skipLineBreaks(bytes);
  if (from === bytes.length) return { ok: false, fault: { code: 'empty', header: undefined, refused: undefined } };
  const to = endOfHead(bytes, from);
  if (bytes.length - from > sipLimits.messageBytesMax) {
    return refusal(readHead(bytes.subarray(from, Math.min(to, from + sipLimits.messageBytesMax))), 'messageTooLarge');
  }
  const head = readHead(bytes.subarray(from, to));
  if (to === bytes.length) return refusal(head, 'headUnended');
  if (head.fault !== undefined) return refusal(head, head.fault.code, head.fault.header);
  const available = bytes.length - to - 4;
  const length = head.contentLength ?? available;
  if (length > available) return refusal(head, 'bodyTruncated', 'Content-Length');
  return messageFrom(head, bytesOf(bytes, to + 4, length));
}

/** Joins a head without fault and its body, after checking what only shows in the head as a whole. */
export function messageFrom(head: Head, body: Uint8Array): ParseResult {
  const { start, headers } = head;
  const essentials = essentialsOf(headers);
  if ('code' in essentials) return refusal(head, essentials.code, essentials.header);
  if (start === undefined) return refusal(head, 'startLineInvalid');
  if (start.kind === 'response') return { ok: true, message: { ...start, headers, body, ...essentials } };
  if (start.method !== essentials.cseq.method) return refusal(head, 'methodMismatch', 'CSeq');
  return { ok: true, message: { ...start, headers, body, ...essentials } };
}

/** A refusal of the message, with what can be answered if it is a request that may be. */
export function refusal(head: Head, code: SipFaultCode, header?: string): ParseResult & { readonly ok: false } {
  return { ok: false, fault: { code, header, refused: refusedRequest(head) } };
}

/** Where the empty line begins, at or after `from`; the end of the bytes when there is none. */
export function endOfHead(bytes: Uint8Array, from: number): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('\r\n\r\n', from, 'latin1');
  return at < 0 ? bytes.length : at;
}

/** A plain view, whatever subclass of Uint8Array the bytes came in, so that equal bodies compare equal. */
function bytesOf(bytes: Uint8Array, from: number, length: number): Uint8Array {
  return length === 0 ? noBody : new Uint8Array(bytes.buffer, bytes.byteOffset + from, length);
}

function skipLineBreaks(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at += 1;
  return at;
}

/** The essential values, or which of them is missing or malformed. */
function essentialsOf(headers: readonly SipHeader[]): Essentials | HeadFault {
  const via = parseVia(topVia(headers) ?? '');
  if (via === undefined) return faultOf(headers, 'Via');
  const from = parseAddress(firstOf(headers, 'From') ?? '');
  if (from === undefined) return faultOf(headers, 'From');
  const to = parseAddress(firstOf(headers, 'To') ?? '');
  if (to === undefined) return faultOf(headers, 'To');
  const callId = firstOf(headers, 'Call-ID');
  if (callId === undefined) return faultOf(headers, 'Call-ID');
  const cseq = parseCSeq(firstOf(headers, 'CSeq') ?? '');
  return cseq === undefined ? faultOf(headers, 'CSeq') : { via, from, to, callId, cseq };
}

function faultOf(headers: readonly SipHeader[], header: string): HeadFault {
  return { code: firstOf(headers, header) === undefined ? 'headerMissing' : 'headerInvalid', header };
}

/** What an answer repeats, if the head is that of a request, not ACK, whose sender can be told from its Via. */
function refusedRequest(head: Head): RefusedRequest | undefined {
  const { method, headers } = head;
  const via = parseVia(topVia(headers) ?? '');
  if (method === undefined || method === 'ACK' || via === undefined) return undefined;
  const repeated = ['From', 'To', 'Call-ID', 'CSeq'].map((name) => headers.find((header) => header.name === name));
  if (!repeated.every((header) => header !== undefined)) return undefined;
  return { method, via, headers: [...headers.filter((header) => header.name === 'Via'), ...repeated] };
}

function topVia(headers: readonly SipHeader[]): string | undefined {
  const value = firstOf(headers, 'Via');
  return value === undefined ? undefined : splitAtCommas(value)?.[0];
}

function firstOf(headers: readonly SipHeader[], name: string): string | undefined {
  return headers.find((header) => header.name === name)?.value;
}
