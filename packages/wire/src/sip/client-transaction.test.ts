import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientEffect, ClientInput, ClientStep, ClientTimer, ClientTransaction } from './client-state.ts';
import { beginClientTransaction, stepClientTransaction } from './client-transaction.ts';
import type { SipRequest } from './message.ts';
import { buildRequest, ownVia } from './request.ts';
import { buildResponse } from './response.ts';

function request(method: string): SipRequest {
  const from = { displayName: undefined, uri: 'sip:src@a', parameters: [] };
  const via = ownVia({ transport: 'UDP', host: 'a', port: 5_060, unique: '1' });
  return buildRequest({ method, uri: 'sip:srs@b', via, from, to: from, callId: 'c', sequence: 1 });
}

/** An effect in a few words. */
function word(effect: ClientEffect): string {
  switch (effect.kind) {
    case 'send':
      return `send ${effect.request.method}`;
    case 'startTimer':
      return `start ${effect.timer} ${effect.ms}`;
    case 'stopTimer':
      return `stop ${effect.timer}`;
    case 'passUp':
      return `pass ${effect.response.status}`;
    case 'report':
      return `report ${effect.problem}`;
    case 'terminated':
      return 'terminated';
  }
}

/** What a step led to, in one line: the phase, then the effects. */
function outcome(step: ClientStep): string {
  return [step.next.phase, ...step.effects.map(word)].join(', ');
}

function after(transaction: ClientTransaction, ...inputs: readonly ClientInput[]): ClientTransaction {
  return inputs.reduce((current, input) => stepClientTransaction(current, input).next, transaction);
}

const arrive = (method: string, status: number): ClientInput => ({
  kind: 'response',
  response: buildResponse(request(method), status, { toTag: 'theirs' }),
});
const timer = (name: ClientTimer): ClientInput => ({ kind: 'timer', timer: name });
const timers: readonly ClientTimer[] = ['A', 'B', 'D', 'E', 'F', 'K', 'M'];
const inputsFor = (method: string): ReadonlyMap<string, ClientInput> =>
  new Map<string, ClientInput>([
    ...[180, 200, 486].map((status): [string, ClientInput] => [String(status), arrive(method, status)]),
    ...timers.map((name): [string, ClientInput] => [`timer ${name}`, timer(name)]),
    ['transport error', { kind: 'transportError' }],
  ]);

const begun = (method: string, isReliable: boolean): ClientTransaction =>
  beginClientTransaction(request(method), isReliable).next;

type Table = Readonly<
  Record<string, readonly [way: readonly ClientInput[], outcomes: Readonly<Record<string, string>>]>
>;

/** For each phase, over UDP: how it is reached, and what each input leads to there. Inputs not named change nothing. */
const inviteTable: Table = {
  calling: [
    [],
    {
      '180': 'proceeding, stop A, stop B, pass 180',
      '200': 'accepted, stop A, stop B, pass 200, start M 32000',
      '486': 'completed, stop A, stop B, send ACK, pass 486, start D 32000',
      'timer A': 'calling, send INVITE, start A 1000',
      'timer B': 'terminated, report timeout, terminated',
      'transport error': 'terminated, report transport, terminated',
    },
  ],
  proceeding: [
    [arrive('INVITE', 100)],
    {
      '180': 'proceeding, pass 180',
      '200': 'accepted, stop A, stop B, pass 200, start M 32000',
      '486': 'completed, stop A, stop B, send ACK, pass 486, start D 32000',
      'transport error': 'terminated, report transport, terminated',
    },
  ],
  accepted: [[arrive('INVITE', 200)], { '200': 'accepted, pass 200', 'timer M': 'terminated, terminated' }],
  completed: [
    [arrive('INVITE', 603)],
    {
      '486': 'completed, send ACK',
      'timer D': 'terminated, terminated',
      'transport error': 'terminated, report transport, terminated',
    },
  ],
  terminated: [[arrive('INVITE', 200), timer('M')], {}],
};

const plainTable: Table = {
  trying: [
    [],
    {
      '180': 'proceeding, pass 180',
      '200': 'completed, stop E, stop F, pass 200, start K 5000',
      '486': 'completed, stop E, stop F, pass 486, start K 5000',
      'timer E': 'trying, send BYE, start E 1000',
      'timer F': 'terminated, report timeout, terminated',
      'transport error': 'terminated, report transport, terminated',
    },
  ],
  proceeding: [
    [arrive('BYE', 100)],
    {
      '180': 'proceeding, pass 180',
      '200': 'completed, stop E, stop F, pass 200, start K 5000',
      '486': 'completed, stop E, stop F, pass 486, start K 5000',
      'timer E': 'proceeding, send BYE, start E 4000',
      'timer F': 'terminated, report timeout, terminated',
      'transport error': 'terminated, report transport, terminated',
    },
  ],
  completed: [[arrive('BYE', 200)], { 'timer K': 'terminated, terminated' }],
  terminated: [[arrive('BYE', 200), timer('K')], {}],
};

for (const [method, table] of [
  ['INVITE', inviteTable],
  ['BYE', plainTable],
] as const) {
  for (const [phase, [way, outcomes]] of Object.entries(table)) {
    for (const [name, input] of inputsFor(method)) {
      const reached = after(begun(method, false), ...way);
      const expected = outcomes[name] ?? reached.phase;
      test(`our ${method} that is ${phase}: ${name} leads to: ${expected}`, () => {
        assert.equal(outcome(stepClientTransaction(reached, input)), expected);
        if (outcomes[name] === undefined) assert.equal(stepClientTransaction(reached, input).next, reached);
      });
    }
  }
}

test('over UDP a request is sent and repeated until an answer comes', () => {
  assert.equal(
    outcome(beginClientTransaction(request('INVITE'), false)),
    'calling, send INVITE, start A 500, start B 32000',
  );
  assert.equal(outcome(beginClientTransaction(request('BYE'), false)), 'trying, send BYE, start E 500, start F 32000');
});

test('over a reliable transport a request is sent once', () => {
  assert.equal(outcome(beginClientTransaction(request('INVITE'), true)), 'calling, send INVITE, start B 32000');
  assert.equal(outcome(beginClientTransaction(request('BYE'), true)), 'trying, send BYE, start F 32000');
});

test('over a reliable transport a final answer ends the transaction at once, except a 2xx to INVITE', () => {
  assert.equal(
    outcome(stepClientTransaction(begun('INVITE', true), arrive('INVITE', 486))),
    'terminated, stop A, stop B, send ACK, pass 486, terminated',
  );
  assert.equal(
    outcome(stepClientTransaction(begun('BYE', true), arrive('BYE', 200))),
    'terminated, pass 200, terminated',
  );
  assert.equal(
    outcome(stepClientTransaction(begun('INVITE', true), arrive('INVITE', 200))),
    'accepted, stop A, stop B, pass 200, start M 32000',
  );
});

test('an INVITE is repeated after pauses that double without end, another request after at most four seconds', () => {
  for (const [method, name, pauses] of [
    ['INVITE', 'A', [1_000, 2_000, 4_000, 8_000, 16_000]],
    ['BYE', 'E', [1_000, 2_000, 4_000, 4_000, 4_000]],
  ] as const) {
    let transaction = begun(method, false);
    for (const ms of pauses) {
      const step = stepClientTransaction(transaction, timer(name));
      assert.deepEqual(step.effects.map(word), [`send ${method}`, `start ${name} ${ms}`]);
      transaction = step.next;
    }
  }
});
