/** What a server transaction knows, what can happen to it, and what it can ask for (RFC 3261 §17.2, RFC 6026). */
import type { SipRequest, SipResponse } from './message.ts';

export type InviteServerPhase = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';
export type PlainServerPhase = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** Timers have the letters of the RFC; `trying` is the 200 ms after which an INVITE is answered with 100. */
export type ServerTimer = 'trying' | 'G' | 'H' | 'I' | 'J' | 'L';

interface ServerFacts {
  /** The request that began the transaction. */
  readonly request: SipRequest;
  /** Whether the transport delivers by itself, as TCP does. */
  readonly isReliable: boolean;
  /** The last response sent, to be sent again when the request comes again. */
  readonly response: SipResponse | undefined;
}

/** The transaction of an INVITE. */
export interface InviteServer extends ServerFacts {
  readonly kind: 'invite';
  readonly phase: InviteServerPhase;
  /** The pause before the response is sent again, in milliseconds; only meaningful while completed. */
  readonly pauseMs: number;
}

/** The transaction of any other request. */
export interface PlainServer extends ServerFacts {
  readonly kind: 'plain';
  readonly phase: PlainServerPhase;
}

export type ServerTransaction = InviteServer | PlainServer;

export type ServerInput =
  /** A request with this transaction's key arrived: the same request again, or the ACK of an INVITE. */
  | { readonly kind: 'request'; readonly request: SipRequest }
  /** The user of the transaction answers. */
  | { readonly kind: 'respond'; readonly response: SipResponse }
  | { readonly kind: 'timer'; readonly timer: ServerTimer }
  /** A response could not be sent. */
  | { readonly kind: 'transportError' };

export type ServerEffect =
  | { readonly kind: 'send'; readonly response: SipResponse }
  | { readonly kind: 'startTimer'; readonly timer: ServerTimer; readonly ms: number }
  | { readonly kind: 'stopTimer'; readonly timer: ServerTimer }
  /** Hand the request to the user of the transaction: the first one, or the ACK of a 2xx. */
  | { readonly kind: 'passUp'; readonly request: SipRequest }
  /** Tell the user that no ACK came (`timeout`) or that a response could not be sent (`transport`). */
  | { readonly kind: 'report'; readonly problem: 'timeout' | 'transport' }
  /** Forget the transaction and stop whatever timers of it still run. */
  | { readonly kind: 'terminated' };

/** The state after an input, and what has to be done, in this order. */
export interface ServerStep<T extends ServerTransaction = ServerTransaction> {
  readonly next: T;
  readonly effects: readonly ServerEffect[];
}

/** A row of a transaction table: for each column, the cell that says what its input leads to. */
export type ServerRow<T extends ServerTransaction, Inputs> = {
  readonly [Column in keyof Inputs]: (transaction: T, given: Inputs[Column]) => ServerStep<T>;
};
