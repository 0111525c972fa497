/** Saying 200 to an INVITE until the ACK comes: the server core's own duty, on every transport (RFC 3261 §13.3.1.4). */
import type { SipResponse } from './message.ts';
import { doubled, patienceMs, t1Ms } from './timers.ts';

/** A 2xx that waits for its ACK. */
export interface UnacknowledgedSuccess {
  readonly phase: 'waiting' | 'acknowledged' | 'givenUp';
  readonly response: SipResponse;
  /** The pause before the next sending, in milliseconds. */
  readonly pauseMs: number;
}

/** `resend` and `giveUp` are timers that ended; `ack` is an ACK of the dialog with the INVITE's sequence number. */
export type SuccessInput = 'ack' | 'resend' | 'giveUp';

export type SuccessEffect =
  | { readonly kind: 'send'; readonly response: SipResponse }
  | { readonly kind: 'startTimer'; readonly timer: 'resend' | 'giveUp'; readonly ms: number }
  | { readonly kind: 'stopTimer'; readonly timer: 'resend' | 'giveUp' }
  /** No ACK came in 64 × T1: the dialog stands, but it should be ended with BYE. */
  | { readonly kind: 'unacknowledged' };

export interface SuccessStep {
  readonly next: UnacknowledgedSuccess;
  readonly effects: readonly SuccessEffect[];
}

/** Begins after the 2xx was handed to its server transaction, which sends it the first time. */
export function beginSuccessRetransmit(response: SipResponse): SuccessStep {
  return {
    next: { phase: 'waiting', response, pauseMs: t1Ms },
    effects: [
      { kind: 'startTimer', timer: 'resend', ms: t1Ms },
      { kind: 'startTimer', timer: 'giveUp', ms: patienceMs },
    ],
  };
}

/** The state after an input, and what has to be done, in order. Once it is acknowledged or given up, nothing is. */
export function stepSuccessRetransmit(state: UnacknowledgedSuccess, input: SuccessInput): SuccessStep {
  if (state.phase !== 'waiting') return { next: state, effects: [] };
  const { response } = state;
  switch (input) {
    case 'ack':
      return {
        next: { ...state, phase: 'acknowledged' },
        effects: [
          { kind: 'stopTimer', timer: 'resend' },
          { kind: 'stopTimer', timer: 'giveUp' },
        ],
      };
    case 'resend': {
      const pauseMs = doubled(state.pauseMs);
      return {
        next: { ...state, pauseMs },
        effects: [
          { kind: 'send', response },
          { kind: 'startTimer', timer: 'resend', ms: pauseMs },
        ],
      };
    }
    case 'giveUp':
      return {
        next: { ...state, phase: 'givenUp' },
        effects: [{ kind: 'stopTimer', timer: 'resend' }, { kind: 'unacknowledged' }],
      };
  }
}
