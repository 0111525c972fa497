/** The server transaction of every request but INVITE and ACK, as a table (RFC 3261 §17.2.2). */
import type { SipRequest, SipResponse } from './message.ts';
import type { PlainServer, PlainServerPhase, ServerEffect, ServerRow, ServerStep } from './server-state.ts';
import { patienceMs } from './timers.ts';

/** The columns of the table and what comes with each. */
export interface PlainServerInputs {
  /** The request again. */
  readonly request: SipRequest;
  /** The user answers 1xx, or 200 and above. */
  readonly provisional: SipResponse;
  readonly final: SipResponse;
  readonly timerJ: undefined;
  readonly transportError: undefined;
}

type Step = ServerStep<PlainServer>;

function step(next: PlainServer, ...effects: readonly ServerEffect[]): Step {
  return { next, effects };
}

function nothing(transaction: PlainServer): Step {
  return step(transaction);
}

function end(transaction: PlainServer, ...before: readonly ServerEffect[]): Step {
  return step({ ...transaction, phase: 'terminated' }, ...before, { kind: 'terminated' });
}

function resend(transaction: PlainServer): Step {
  const { response } = transaction;
  return response === undefined ? step(transaction) : step(transaction, { kind: 'send', response });
}

function proceed(transaction: PlainServer, response: SipResponse): Step {
  return step({ ...transaction, phase: 'proceeding', response }, { kind: 'send', response });
}

/** Timer J, which answers repeated requests, would be zero on a reliable transport, so the transaction ends at once. */
function complete(transaction: PlainServer, response: SipResponse): Step {
  if (transaction.isReliable) return end({ ...transaction, response }, { kind: 'send', response });
  return step(
    { ...transaction, phase: 'completed', response },
    { kind: 'send', response },
    { kind: 'startTimer', timer: 'J', ms: patienceMs },
  );
}

/** Nothing more can be done for the peer; its next request begins a new transaction (§17.2.4). */
function fail(transaction: PlainServer): Step {
  return end(transaction, { kind: 'report', problem: 'transport' });
}

const ignored: ServerRow<PlainServer, PlainServerInputs> = {
  request: nothing,
  provisional: nothing,
  final: nothing,
  timerJ: nothing,
  transportError: nothing,
};

export const plainServerTable: Readonly<Record<PlainServerPhase, ServerRow<PlainServer, PlainServerInputs>>> = {
  trying: { ...ignored, provisional: proceed, final: complete, transportError: fail },
  proceeding: { ...ignored, request: resend, provisional: proceed, final: complete, transportError: fail },
  completed: { ...ignored, request: resend, timerJ: (transaction) => end(transaction), transportError: fail },
  terminated: ignored,
};
