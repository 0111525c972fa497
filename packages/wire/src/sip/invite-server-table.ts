/** The INVITE server transaction as a table (RFC 3261 §17.2.1 with the accepted phase of RFC 6026 §7.1). */
import type { SipRequest, SipResponse } from './message.ts';
import { buildTrying } from './response.ts';
import type { InviteServer, InviteServerPhase, ServerEffect, ServerRow, ServerStep } from './server-state.ts';
import { doubled, patienceMs, t1Ms, t4Ms } from './timers.ts';

/** The columns of the table and what comes with each. */
export interface InviteServerInputs {
  /** The INVITE again. */
  readonly invite: SipRequest;
  readonly ack: SipRequest;
  /** The user answers 1xx, 2xx, or 300 and above. */
  readonly provisional: SipResponse;
  readonly success: SipResponse;
  readonly failure: SipResponse;
  readonly timerTrying: undefined;
  readonly timerG: undefined;
  readonly timerH: undefined;
  readonly timerI: undefined;
  readonly timerL: undefined;
  readonly transportError: undefined;
}

type Step = ServerStep<InviteServer>;

function step(next: InviteServer, ...effects: readonly ServerEffect[]): Step {
  return { next, effects };
}

function send(response: SipResponse): ServerEffect {
  return { kind: 'send', response };
}

function nothing(transaction: InviteServer): Step {
  return step(transaction);
}

function end(transaction: InviteServer, ...before: readonly ServerEffect[]): Step {
  return step({ ...transaction, phase: 'terminated' }, ...before, { kind: 'terminated' });
}

function resend(transaction: InviteServer): Step {
  return transaction.response === undefined ? step(transaction) : step(transaction, send(transaction.response));
}

function sendProvisional(transaction: InviteServer, response: SipResponse): Step {
  return step({ ...transaction, response }, { kind: 'stopTimer', timer: 'trying' }, send(response));
}

function sendTrying(transaction: InviteServer): Step {
  const response = buildTrying(transaction.request);
  return transaction.response === undefined ? step({ ...transaction, response }, send(response)) : step(transaction);
}

/** A 2xx is repeated by the user of the transaction, end to end, not here (§13.3.1.4). */
function accept(transaction: InviteServer, response: SipResponse): Step {
  return step({ ...transaction, phase: 'accepted', response }, { kind: 'stopTimer', timer: 'trying' }, send(response), {
    kind: 'startTimer',
    timer: 'L',
    ms: patienceMs,
  });
}

function refuse(transaction: InviteServer, response: SipResponse): Step {
  const timerG: readonly ServerEffect[] = transaction.isReliable ? [] : [{ kind: 'startTimer', timer: 'G', ms: t1Ms }];
  return step(
    { ...transaction, phase: 'completed', response, pauseMs: t1Ms },
    { kind: 'stopTimer', timer: 'trying' },
    send(response),
    ...timerG,
    { kind: 'startTimer', timer: 'H', ms: patienceMs },
  );
}

function resendAndWait(transaction: InviteServer): Step {
  const pauseMs = doubled(transaction.pauseMs);
  const again = resend(transaction);
  return step({ ...transaction, pauseMs }, ...again.effects, { kind: 'startTimer', timer: 'G', ms: pauseMs });
}

/** Timer I, which soaks up further ACKs, would be zero on a reliable transport, so the transaction ends at once. */
function confirm(transaction: InviteServer): Step {
  if (transaction.isReliable) return end(transaction);
  return step(
    { ...transaction, phase: 'confirmed' },
    { kind: 'stopTimer', timer: 'G' },
    { kind: 'stopTimer', timer: 'H' },
    { kind: 'startTimer', timer: 'I', ms: t4Ms },
  );
}

function passUp(transaction: InviteServer, request: SipRequest): Step {
  return step(transaction, { kind: 'passUp', request });
}

function sendAgain(transaction: InviteServer, response: SipResponse): Step {
  return step({ ...transaction, response }, send(response));
}

function giveUp(transaction: InviteServer): Step {
  return end(transaction, { kind: 'report', problem: 'timeout' });
}

/**
 * The phase stays (§17.2.4 as changed by RFC 6026): the next sending may succeed, and an INVITE that comes again
 * while the transaction were gone would be taken for a new one.
 */
function report(transaction: InviteServer): Step {
  return step(transaction, { kind: 'report', problem: 'transport' });
}

const ignored: ServerRow<InviteServer, InviteServerInputs> = {
  invite: nothing,
  ack: nothing,
  provisional: nothing,
  success: nothing,
  failure: nothing,
  timerTrying: nothing,
  timerG: nothing,
  timerH: nothing,
  timerI: nothing,
  timerL: nothing,
  transportError: nothing,
};

export const inviteServerTable: Readonly<Record<InviteServerPhase, ServerRow<InviteServer, InviteServerInputs>>> = {
  proceeding: {
    ...ignored,
    invite: resend,
    provisional: sendProvisional,
    success: accept,
    failure: refuse,
    timerTrying: sendTrying,
    transportError: report,
  },
  accepted: {
    ...ignored,
    ack: passUp,
    success: sendAgain,
    timerL: (transaction) => end(transaction),
    transportError: report,
  },
  completed: {
    ...ignored,
    invite: resend,
    ack: confirm,
    timerG: resendAndWait,
    timerH: giveUp,
    transportError: report,
  },
  confirmed: { ...ignored, timerI: (transaction) => end(transaction) },
  terminated: ignored,
};
