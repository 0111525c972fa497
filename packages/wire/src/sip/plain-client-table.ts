/** The client transaction of every request but INVITE and ACK, as a table (RFC 3261 §17.1.2). */
import type { ClientEffect, ClientRow, ClientStep, PlainClient, PlainClientPhase } from './client-state.ts';
import type { SipResponse } from './message.ts';
import { doubled, t2Ms, t4Ms } from './timers.ts';

/** The columns of the table and what comes with each. */
export interface PlainClientInputs {
  /** The peer answers 1xx, or 200 and above. */
  readonly provisional: SipResponse;
  readonly final: SipResponse;
  readonly timerE: undefined;
  readonly timerF: undefined;
  readonly timerK: undefined;
  readonly transportError: undefined;
}

type Step = ClientStep<PlainClient>;

function step(next: PlainClient, ...effects: readonly ClientEffect[]): Step {
  return { next, effects };
}

function nothing(transaction: PlainClient): Step {
  return step(transaction);
}

function end(transaction: PlainClient, ...before: readonly ClientEffect[]): Step {
  return step({ ...transaction, phase: 'terminated' }, ...before, { kind: 'terminated' });
}

function resendAfter(transaction: PlainClient, pauseMs: number): Step {
  const { request } = transaction;
  return step({ ...transaction, pauseMs }, { kind: 'send', request }, { kind: 'startTimer', timer: 'E', ms: pauseMs });
}

function proceed(transaction: PlainClient, response: SipResponse): Step {
  return step({ ...transaction, phase: 'proceeding' }, { kind: 'passUp', response });
}

/** Timer K, which waits for repeated responses, would be zero on a reliable transport, so the end comes at once. */
function complete(transaction: PlainClient, response: SipResponse): Step {
  if (transaction.isReliable) return end(transaction, { kind: 'passUp', response });
  return step(
    { ...transaction, phase: 'completed' },
    { kind: 'stopTimer', timer: 'E' },
    { kind: 'stopTimer', timer: 'F' },
    { kind: 'passUp', response },
    { kind: 'startTimer', timer: 'K', ms: t4Ms },
  );
}

function giveUp(transaction: PlainClient): Step {
  return end(transaction, { kind: 'report', problem: 'timeout' });
}

function fail(transaction: PlainClient): Step {
  return end(transaction, { kind: 'report', problem: 'transport' });
}

const ignored: ClientRow<PlainClient, PlainClientInputs> = {
  provisional: nothing,
  final: nothing,
  timerE: nothing,
  timerF: nothing,
  timerK: nothing,
  transportError: nothing,
};

const waiting: ClientRow<PlainClient, PlainClientInputs> = {
  ...ignored,
  provisional: proceed,
  final: complete,
  timerF: giveUp,
  transportError: fail,
};

export const plainClientTable: Readonly<Record<PlainClientPhase, ClientRow<PlainClient, PlainClientInputs>>> = {
  trying: { ...waiting, timerE: (transaction) => resendAfter(transaction, doubled(transaction.pauseMs)) },
  proceeding: { ...waiting, timerE: (transaction) => resendAfter(transaction, t2Ms) },
  completed: { ...ignored, timerK: (transaction) => end(transaction) },
  terminated: ignored,
};
