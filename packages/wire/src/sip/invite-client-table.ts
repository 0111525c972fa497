/** The INVITE client transaction as a table (RFC 3261 §17.1.1 with the accepted phase of RFC 6026 §7.2). */
import type { ClientEffect, ClientRow, ClientStep, InviteClient, InviteClientPhase } from './client-state.ts';
import type { SipResponse } from './message.ts';
import { buildAckOfRefusal } from './request.ts';
import { patienceMs, timerDMs } from './timers.ts';

/** The columns of the table and what comes with each. */
export interface InviteClientInputs {
  /** The peer answers 1xx, 2xx, or 300 and above. */
  readonly provisional: SipResponse;
  readonly success: SipResponse;
  readonly failure: SipResponse;
  readonly timerA: undefined;
  readonly timerB: undefined;
  readonly timerD: undefined;
  readonly timerM: undefined;
  readonly transportError: undefined;
}

type Step = ClientStep<InviteClient>;

const stopSending: readonly ClientEffect[] = [
  { kind: 'stopTimer', timer: 'A' },
  { kind: 'stopTimer', timer: 'B' },
];

function step(next: InviteClient, ...effects: readonly ClientEffect[]): Step {
  return { next, effects };
}

function nothing(transaction: InviteClient): Step {
  return step(transaction);
}

function end(transaction: InviteClient, ...before: readonly ClientEffect[]): Step {
  return step({ ...transaction, phase: 'terminated' }, ...before, { kind: 'terminated' });
}

function passUp(transaction: InviteClient, response: SipResponse): Step {
  return step(transaction, { kind: 'passUp', response });
}

/** Timer A doubles without a cap: an INVITE may wait for a person (§17.1.1.2). */
function resend(transaction: InviteClient): Step {
  const pauseMs = transaction.pauseMs * 2;
  const { request } = transaction;
  return step({ ...transaction, pauseMs }, { kind: 'send', request }, { kind: 'startTimer', timer: 'A', ms: pauseMs });
}

function proceed(transaction: InviteClient, response: SipResponse): Step {
  return step({ ...transaction, phase: 'proceeding' }, ...stopSending, { kind: 'passUp', response });
}

function accept(transaction: InviteClient, response: SipResponse): Step {
  return step(
    { ...transaction, phase: 'accepted' },
    ...stopSending,
    { kind: 'passUp', response },
    { kind: 'startTimer', timer: 'M', ms: patienceMs },
  );
}

function acknowledge(transaction: InviteClient, response: SipResponse): Step {
  return step(transaction, { kind: 'send', request: buildAckOfRefusal(transaction.request, response) });
}

/** Timer D, which waits for repeated refusals, would be zero on a reliable transport, so the end comes at once. */
function complete(transaction: InviteClient, response: SipResponse): Step {
  const effects: readonly ClientEffect[] = [
    ...stopSending,
    ...acknowledge(transaction, response).effects,
    { kind: 'passUp', response },
  ];
  if (transaction.isReliable) return end(transaction, ...effects);
  return step({ ...transaction, phase: 'completed' }, ...effects, { kind: 'startTimer', timer: 'D', ms: timerDMs });
}

function giveUp(transaction: InviteClient): Step {
  return end(transaction, { kind: 'report', problem: 'timeout' });
}

/** Nothing more can come of a request whose path is gone (§17.1.4). */
function fail(transaction: InviteClient): Step {
  return end(transaction, { kind: 'report', problem: 'transport' });
}

const ignored: ClientRow<InviteClient, InviteClientInputs> = {
  provisional: nothing,
  success: nothing,
  failure: nothing,
  timerA: nothing,
  timerB: nothing,
  timerD: nothing,
  timerM: nothing,
  transportError: nothing,
};

export const inviteClientTable: Readonly<Record<InviteClientPhase, ClientRow<InviteClient, InviteClientInputs>>> = {
  calling: {
    ...ignored,
    provisional: proceed,
    success: accept,
    failure: complete,
    timerA: resend,
    timerB: giveUp,
    transportError: fail,
  },
  proceeding: { ...ignored, provisional: passUp, success: accept, failure: complete, transportError: fail },
  accepted: { ...ignored, success: passUp, timerM: (transaction) => end(transaction) },
  completed: { ...ignored, failure: acknowledge, timerD: (transaction) => end(transaction), transportError: fail },
  terminated: ignored,
};
