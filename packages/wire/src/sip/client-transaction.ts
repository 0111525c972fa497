/** Client transactions: begin one with a request, then let each event lead to the next state and what to do. */
import type {
  ClientEffect,
  ClientInput,
  ClientStep,
  ClientTransaction,
  InviteClient,
  PlainClient,
} from './client-state.ts';
import { inviteClientTable } from './invite-client-table.ts';
import type { SipRequest } from './message.ts';
import { plainClientTable } from './plain-client-table.ts';
import { patienceMs, t1Ms } from './timers.ts';

/**
 * Begins the transaction of a request of ours (RFC 3261 §17.1). Not for ACK, which has no responses and is just sent.
 * Timers A and E repeat the request and are not started on a transport that delivers by itself.
 */
export function beginClientTransaction(request: SipRequest, isReliable: boolean): ClientStep {
  const facts = { request, isReliable, pauseMs: t1Ms };
  const isInvite = request.method === 'INVITE';
  const repeat: readonly ClientEffect[] = isReliable
    ? []
    : [{ kind: 'startTimer', timer: isInvite ? 'A' : 'E', ms: t1Ms }];
  return {
    next: isInvite ? { kind: 'invite', phase: 'calling', ...facts } : { kind: 'plain', phase: 'trying', ...facts },
    effects: [
      { kind: 'send', request },
      ...repeat,
      { kind: 'startTimer', timer: isInvite ? 'B' : 'F', ms: patienceMs },
    ],
  };
}

/** The state after an input, and what has to be done, in order. An input that means nothing here changes nothing. */
export function stepClientTransaction(transaction: ClientTransaction, input: ClientInput): ClientStep {
  return transaction.kind === 'invite' ? stepInvite(transaction, input) : stepPlain(transaction, input);
}

function stepInvite(transaction: InviteClient, input: ClientInput): ClientStep {
  const row = inviteClientTable[transaction.phase];
  switch (input.kind) {
    case 'response':
      if (input.response.status < 200) return row.provisional(transaction, input.response);
      return input.response.status < 300
        ? row.success(transaction, input.response)
        : row.failure(transaction, input.response);
    case 'timer':
      if (input.timer === 'E' || input.timer === 'F' || input.timer === 'K') return unchanged(transaction);
      return row[`timer${input.timer}` as const](transaction, undefined);
    case 'transportError':
      return row.transportError(transaction, undefined);
  }
}

function stepPlain(transaction: PlainClient, input: ClientInput): ClientStep {
  const row = plainClientTable[transaction.phase];
  switch (input.kind) {
    case 'response':
      return input.response.status < 200
        ? row.provisional(transaction, input.response)
        : row.final(transaction, input.response);
    case 'timer':
      if (input.timer === 'E' || input.timer === 'F' || input.timer === 'K') {
        return row[`timer${input.timer}` as const](transaction, undefined);
      }
      return unchanged(transaction);
    case 'transportError':
      return row.transportError(transaction, undefined);
  }
}

function unchanged(transaction: ClientTransaction): ClientStep {
  return { next: transaction, effects: [] };
}
