/** What a client transaction knows, what can happen to it, and what it can ask for (RFC 3261 §17.1, RFC 6026). */
import type { SipRequest, SipResponse } from './message.ts';

export type InviteClientPhase = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';
export type PlainClientPhase = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** Timers have the letters of the RFC. */
export type ClientTimer = 'A' | 'B' | 'D' | 'E' | 'F' | 'K' | 'M';

interface ClientFacts {
  /** The request that is sent. */
  readonly request: SipRequest;
  /** Whether the transport delivers by itself, as TCP does. */
  readonly isReliable: boolean;
  /** The pause before the request is sent again, in milliseconds. */
  readonly pauseMs: number;
}

/** The transaction of an INVITE. */
export interface InviteClient extends ClientFacts {
  readonly kind: 'invite';
  readonly phase: InviteClientPhase;
}

/** The transaction of any other request. */
export interface PlainClient extends ClientFacts {
  readonly kind: 'plain';
  readonly phase: PlainClientPhase;
}

export type ClientTransaction = InviteClient | PlainClient;

export type ClientInput =
  /** A response with this transaction's key arrived. */
  | { readonly kind: 'response'; readonly response: SipResponse }
  | { readonly kind: 'timer'; readonly timer: ClientTimer }
  /** The request, or the ACK of a refusal, could not be sent. */
  | { readonly kind: 'transportError' };

export type ClientEffect =
  /** Send the request, or the ACK of a refusal. */
  | { readonly kind: 'send'; readonly request: SipRequest }
  | { readonly kind: 'startTimer'; readonly timer: ClientTimer; readonly ms: number }
  | { readonly kind: 'stopTimer'; readonly timer: ClientTimer }
  /** Hand the response to the user of the transaction. Each 2xx to an INVITE, also a repeated one, wants an ACK. */
  | { readonly kind: 'passUp'; readonly response: SipResponse }
  /** Tell the user that no response came (`timeout`, treat as 408) or nothing could be sent (treat as 503). */
  | { readonly kind: 'report'; readonly problem: 'timeout' | 'transport' }
  /** Forget the transaction and stop whatever timers of it still run. */
  | { readonly kind: 'terminated' };

/** The state after an input, and what has to be done, in this order. */
export interface ClientStep<T extends ClientTransaction = ClientTransaction> {
  readonly next: T;
  readonly effects: readonly ClientEffect[];
}

/** A row of a transaction table: for each column, the cell that says what its input leads to. */
export type ClientRow<T extends ClientTransaction, Inputs> = {
  readonly [Column in keyof Inputs]: (transaction: T, given: Inputs[Column]) => ClientStep<T>;
};
