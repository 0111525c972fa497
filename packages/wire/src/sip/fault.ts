/** Why bytes are not a SIP message we take, and what an answer to them needs. */
import type { SipHeader } from './message.ts';
import type { Via } from './via.ts';

export type SipFaultCode =
  | 'empty'
  | 'messageTooLarge'
  | 'headUnended'
  | 'textInvalid'
  | 'startLineInvalid'
  | 'versionUnsupported'
  | 'uriInvalid'
  | 'uriTooLong'
  | 'headerInvalid'
  | 'headerMissing'
  | 'headerRepeated'
  | 'headerTooLong'
  | 'headersTooMany'
  | 'methodMismatch'
  | 'bodyTruncated'
  | 'lengthMissing';

/** The parts of a refused request that its answer repeats (RFC 3261 §8.2.6.2). */
export interface RefusedRequest {
  readonly method: string;
  /** Where the answer goes. */
  readonly via: Via;
  /** Every Via line in order, then From, To, Call-ID and CSeq, as they were written. */
  readonly headers: readonly SipHeader[];
}

/** Faults never carry text of the message, so they may be logged. */
export interface SipFault {
  readonly code: SipFaultCode;
  /** The header field at fault, in its usual spelling, when it is one we know; undefined otherwise. */
  readonly header: string | undefined;
  /** Present when the bytes are a request that can be answered. ACK is never answered (§17). */
  readonly refused: RefusedRequest | undefined;
}

/** Status and reason for each fault. The reason phrase says what was wrong (§21.4.1), the same for every caller. */
const answers: Readonly<Record<SipFaultCode, readonly [status: number, reason: string]>> = {
  empty: [400, 'No Message'],
  messageTooLarge: [513, 'Message Too Large'],
  headUnended: [400, 'No Empty Line After Headers'],
  textInvalid: [400, 'Forbidden Character'],
  startLineInvalid: [400, 'Malformed Request Line'],
  versionUnsupported: [505, 'Version Not Supported'],
  uriInvalid: [400, 'Malformed Request-URI'],
  uriTooLong: [414, 'Request-URI Too Long'],
  headerInvalid: [400, 'Malformed Header'],
  headerMissing: [400, 'Missing Header'],
  headerRepeated: [400, 'Repeated Header'],
  headerTooLong: [400, 'Header Too Long'],
  headersTooMany: [400, 'Too Many Headers'],
  methodMismatch: [400, 'CSeq Names Another Method'],
  bodyTruncated: [400, 'Body Shorter Than Content-Length'],
  lengthMissing: [400, 'Content-Length Required'],
};

/** Status and reason phrase for an answer to this fault. */
export function answerTo(fault: SipFault): { readonly status: number; readonly reason: string } {
  const [status, reason] = answers[fault.code];
  return { status, reason: fault.header === undefined ? reason : `${reason}: ${fault.header}` };
}
