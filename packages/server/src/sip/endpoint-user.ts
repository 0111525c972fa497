/** What the endpoint hands up: requests that begin something, with the means to answer them. */
import type { SipRequest, SipResponse } from '@tacet/wire/sip';
import type { Way } from './way.ts';

/** A request that is to be answered. */
export interface IncomingRequest {
  /** Equal for a request and its repetitions, different for all others. */
  readonly key: string;
  /** With its source noted in the topmost Via. */
  readonly request: SipRequest;
  readonly way: Way;
  /** Answers; what comes after a final answer, other than a 2xx of an INVITE again, is passed over. */
  respond(response: SipResponse): void;
}

export interface EndpointUser {
  /** A request whose method, URI and Require were found acceptable; not ACK, not CANCEL. Must not throw. */
  takeRequest(incoming: IncomingRequest): void;
  /** The ACK of a 2xx, or one that belongs to nothing. */
  takeAck(request: SipRequest, way: Way): void;
  /** The peer no longer wants an answer to this INVITE, which has no final one yet. */
  takeCancel(invite: IncomingRequest): void;
}
