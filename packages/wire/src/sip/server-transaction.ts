/** Server transactions: begin one with a request, then let each event lead to the next state and what to do. */
import { inviteServerTable } from './invite-server-table.ts';
import type { SipRequest } from './message.ts';
import { plainServerTable } from './plain-server-table.ts';
import type { InviteServer, PlainServer, ServerInput, ServerStep, ServerTransaction } from './server-state.ts';
import { tryingMs } from './timers.ts';

/**
 * Begins the transaction of a request that has none yet (RFC 3261 §17.2). Not for ACK, which never begins one: an ACK
 * without a transaction belongs to its dialog.
 */
export function beginServerTransaction(request: SipRequest, isReliable: boolean): ServerStep {
  const facts = { request, isReliable, response: undefined };
  if (request.method !== 'INVITE') {
    return { next: { kind: 'plain', phase: 'trying', ...facts }, effects: [{ kind: 'passUp', request }] };
  }
  return {
    next: { kind: 'invite', phase: 'proceeding', pauseMs: 0, ...facts },
    effects: [
      { kind: 'startTimer', timer: 'trying', ms: tryingMs },
      { kind: 'passUp', request },
    ],
  };
}

/** The state after an input, and what has to be done, in order. An input that means nothing here changes nothing. */
export function stepServerTransaction(transaction: ServerTransaction, input: ServerInput): ServerStep {
  return transaction.kind === 'invite' ? stepInvite(transaction, input) : stepPlain(transaction, input);
}

function stepInvite(transaction: InviteServer, input: ServerInput): ServerStep {
  const row = inviteServerTable[transaction.phase];
  switch (input.kind) {
    case 'request':
      if (input.request.method === 'INVITE') return row.invite(transaction, input.request);
      return input.request.method === 'ACK' ? row.ack(transaction, input.request) : unchanged(transaction);
    case 'respond':
      if (input.response.status < 200) return row.provisional(transaction, input.response);
      return input.response.status < 300
        ? row.success(transaction, input.response)
        : row.failure(transaction, input.response);
    case 'timer':
      if (input.timer === 'J') return unchanged(transaction);
      return row[input.timer === 'trying' ? 'timerTrying' : (`timer${input.timer}` as const)](transaction, undefined);
    case 'transportError':
      return row.transportError(transaction, undefined);
  }
}

function stepPlain(transaction: PlainServer, input: ServerInput): ServerStep {
  const row = plainServerTable[transaction.phase];
  switch (input.kind) {
    case 'request':
      return row.request(transaction, input.request);
    case 'respond':
      return input.response.status < 200
        ? row.provisional(transaction, input.response)
        : row.final(transaction, input.response);
    case 'timer':
      return input.timer === 'J' ? row.timerJ(transaction, undefined) : unchanged(transaction);
    case 'transportError':
      return row.transportError(transaction, undefined);
  }
}

function unchanged(transaction: ServerTransaction): ServerStep {
  return { next: transaction, effects: [] };
}
