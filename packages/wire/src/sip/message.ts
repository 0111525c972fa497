/** SIP requests and responses as values: what was said, apart from how it was written (RFC 3261 §7). */
import type { NameAddress } from './address.ts';
import type { CSeq } from './cseq.ts';
import { splitAtCommas } from './grammar.ts';
import { headerName, isListHeader } from './header-names.ts';
import type { Via } from './via.ts';

/** One header line. */
export interface SipHeader {
  /** In its usual spelling, as `headerName` gives it. */
  readonly name: string;
  /** Without surrounding space and without line breaks; a folded line has been joined with single spaces. */
  readonly value: string;
}

/**
 * What requests and responses have in common. The order of `headers` is the order on the wire.
 * Content-Length is not among them: it says where the message ends, which a value knows by itself.
 */
interface MessageText {
  readonly headers: readonly SipHeader[];
  readonly body: Uint8Array;
}

/** A request as it is written, whether or not its headers make sense. */
export interface RequestText extends MessageText {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
}

/** A response as it is written, whether or not its headers make sense. */
export interface ResponseText extends MessageText {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
}

/** The header values without which no message can be answered or matched, read once (RFC 3261 §8.1.1). */
export interface Essentials {
  /** The topmost Via: for a request the hop it came from, for a response ourselves. */
  readonly via: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly cseq: CSeq;
}

/** A request whose essential headers are present, well formed, and say the same as its first line. */
export interface SipRequest extends RequestText, Essentials {}

/** A response whose essential headers are present and well formed. */
export interface SipResponse extends ResponseText, Essentials {}

export type SipMessage = SipRequest | SipResponse;

/** A body and what it is. */
export interface MessageBody {
  /** The value of Content-Type, parameters included. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A body of no bytes. */
export const noBody: Uint8Array = new Uint8Array(0);

/** The value of the first header of that name (any case, compact form allowed), or undefined. */
export function headerValue(message: MessageText, name: string): string | undefined {
  const wanted = headerName(name);
  const lower = wanted.toLowerCase();
  return message.headers.find((header) => isNamed(header, wanted, lower))?.value;
}

/**
 * All values of the headers of that name, in order. Lists are split at their commas; a line that cannot be split
 * (an open quote, an empty value) counts as one value, for its reader to refuse.
 */
export function headerValues(message: MessageText, name: string): readonly string[] {
  const wanted = headerName(name);
  const lower = wanted.toLowerCase();
  const lines = message.headers.filter((header) => isNamed(header, wanted, lower));
  if (!isListHeader(wanted)) return lines.map(({ value }) => value);
  return lines.flatMap(({ value }) => splitAtCommas(value) ?? [value]);
}

/** Whether a list header such as Supported or Require has this token, in any case. */
export function hasToken(message: MessageText, name: string, token: string): boolean {
  const wanted = token.toLowerCase();
  return headerValues(message, name).some((value) => value.toLowerCase() === wanted);
}

function isNamed(header: SipHeader, wanted: string, lower: string): boolean {
  return header.name === wanted || (header.name.length === wanted.length && header.name.toLowerCase() === lower);
}
