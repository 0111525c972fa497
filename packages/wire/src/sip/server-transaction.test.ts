import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipRequest, SipResponse } from './message.ts';
import { buildRequest, ownVia } from './request.ts';
import { buildResponse } from './response.ts';
import type { ServerEffect, ServerInput, ServerStep, ServerTransaction } from './server-state.ts';
import { beginServerTransaction, stepServerTransaction } from './server-transaction.ts';

function request(method: string): SipRequest {
  const from = { displayName: undefined, uri: 'sip:src@a', parameters: [] };
  const via = ownVia({ transport: 'UDP', host: 'a', port: 5_060, unique: '1' });
  return buildRequest({ method, uri: 'sip:srs@b', via, from, to: from, callId: 'c', sequence: 1 });
}

function response(method: string, status: number): SipResponse {
  return buildResponse(request(method), status, { toTag: 'ours' });
}

/** An effect in a few words. */
function word(effect: ServerEffect): string {
  switch (effect.kind) {
    case 'send':
      return `send ${effect.response.status}`;
    case 'startTimer':
      return `start ${effect.timer} ${effect.ms}`;
    case 'stopTimer':
      return `stop ${effect.timer}`;
    case 'passUp':
      return `pass ${effect.request.method}`;
    case 'report':
      return `report ${effect.problem}`;
    case 'terminated':
      return 'terminated';
  }
}

/** What a step led to, in one line: the phase, then the effects. */
function outcome(step: ServerStep): string {
  return [step.next.phase, ...step.effects.map(word)].join(', ');
}

function after(transaction: ServerTransaction, ...inputs: readonly ServerInput[]): ServerTransaction {
  return inputs.reduce((current, input) => stepServerTransaction(current, input).next, transaction);
}

const respond = (method: string, status: number): ServerInput => ({
  kind: 'respond',
  response: response(method, status),
});
const timer = (name: 'trying' | 'G' | 'H' | 'I' | 'J' | 'L'): ServerInput => ({ kind: 'timer', timer: name });
const arrive = (method: string): ServerInput => ({ kind: 'request', request: request(method) });

const inviteInputs: Readonly<Record<string, ServerInput>> = {
  'INVITE again': arrive('INVITE'),
  ACK: arrive('ACK'),
  'another request': arrive('BYE'),
  '180': respond('INVITE', 180),
  '200': respond('INVITE', 200),
  '486': respond('INVITE', 486),
  'timer trying': timer('trying'),
  'timer G': timer('G'),
  'timer H': timer('H'),
  'timer I': timer('I'),
  'timer J': timer('J'),
  'timer L': timer('L'),
  'transport error': { kind: 'transportError' },
};

const begunInvite = (isReliable: boolean): ServerTransaction =>
  beginServerTransaction(request('INVITE'), isReliable).next;

/** For each phase, over UDP: how it is reached, and what each input leads to there. Inputs not named change nothing. */
const inviteTable: Readonly<
  Record<string, readonly [way: readonly ServerInput[], outcomes: Readonly<Record<string, string>>]>
> = {
  'proceeding, nothing sent': [
    [],
    {
      '180': 'proceeding, stop trying, send 180',
      '200': 'accepted, stop trying, send 200, start L 32000',
      '486': 'completed, stop trying, send 486, start G 500, start H 32000',
      'timer trying': 'proceeding, send 100',
      'transport error': 'proceeding, report transport',
    },
  ],
  'proceeding, 183 sent': [
    [respond('INVITE', 183)],
    {
      'INVITE again': 'proceeding, send 183',
      '180': 'proceeding, stop trying, send 180',
      '200': 'accepted, stop trying, send 200, start L 32000',
      '486': 'completed, stop trying, send 486, start G 500, start H 32000',
      'transport error': 'proceeding, report transport',
    },
  ],
  accepted: [
    [respond('INVITE', 200)],
    {
      ACK: 'accepted, pass ACK',
      '200': 'accepted, send 200',
      'timer L': 'terminated, terminated',
      'transport error': 'accepted, report transport',
    },
  ],
  completed: [
    [respond('INVITE', 603)],
    {
      'INVITE again': 'completed, send 603',
      ACK: 'confirmed, stop G, stop H, start I 5000',
      'timer G': 'completed, send 603, start G 1000',
      'timer H': 'terminated, report timeout, terminated',
      'transport error': 'completed, report transport',
    },
  ],
  confirmed: [[respond('INVITE', 486), arrive('ACK')], { 'timer I': 'terminated, terminated' }],
  terminated: [[respond('INVITE', 200), timer('L')], {}],
};

for (const [phase, [way, outcomes]] of Object.entries(inviteTable)) {
  for (const [name, input] of Object.entries(inviteInputs)) {
    const reached = after(begunInvite(false), ...way);
    const expected = outcomes[name] ?? reached.phase;
    test(`an INVITE that is ${phase}: ${name} leads to: ${expected}`, () => {
      assert.equal(outcome(stepServerTransaction(reached, input)), expected);
      if (outcomes[name] === undefined) assert.equal(stepServerTransaction(reached, input).next, reached);
    });
  }
}

test('an INVITE is handed up at once, and answered with 100 unless an answer comes within 200 ms', () => {
  assert.equal(outcome(beginServerTransaction(request('INVITE'), false)), 'proceeding, start trying 200, pass INVITE');
});

test('an INVITE that was answered with 100 is answered with 100 when it comes again', () => {
  const waiting = after(begunInvite(false), timer('trying'));
  assert.equal(outcome(stepServerTransaction(waiting, arrive('INVITE'))), 'proceeding, send 100');
});

test('an INVITE that is accepted absorbs the INVITE again, so that it never begins a second dialog', () => {
  const accepted = after(begunInvite(true), respond('INVITE', 200));
  assert.equal(outcome(stepServerTransaction(accepted, arrive('INVITE'))), 'accepted');
});

test('over UDP a refusal is repeated after 0.5, 1, 2, 4, 4, … seconds until the ACK', () => {
  let transaction = after(begunInvite(false), respond('INVITE', 486));
  const pauses: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const step = stepServerTransaction(transaction, timer('G'));
    transaction = step.next;
    pauses.push(outcome(step));
  }
  assert.deepEqual(
    pauses,
    [1_000, 2_000, 4_000, 4_000, 4_000].map((ms) => `completed, send 486, start G ${ms}`),
  );
});

test('over a reliable transport a refusal is sent once, and its ACK ends the transaction at once', () => {
  const step = stepServerTransaction(begunInvite(true), respond('INVITE', 486));
  assert.equal(outcome(step), 'completed, stop trying, send 486, start H 32000');
  assert.equal(outcome(stepServerTransaction(step.next, arrive('ACK'))), 'terminated, terminated');
});

const plainInputs: Readonly<Record<string, ServerInput>> = {
  'BYE again': arrive('BYE'),
  '183': respond('BYE', 183),
  '200': respond('BYE', 200),
  '481': respond('BYE', 481),
  'timer J': timer('J'),
  'timer G': timer('G'),
  'transport error': { kind: 'transportError' },
};

const begunBye = (isReliable: boolean): ServerTransaction => beginServerTransaction(request('BYE'), isReliable).next;

const plainTable: Readonly<
  Record<string, readonly [way: readonly ServerInput[], outcomes: Readonly<Record<string, string>>]>
> = {
  trying: [
    [],
    {
      '183': 'proceeding, send 183',
      '200': 'completed, send 200, start J 32000',
      '481': 'completed, send 481, start J 32000',
      'transport error': 'terminated, report transport, terminated',
    },
  ],
  proceeding: [
    [respond('BYE', 182)],
    {
      'BYE again': 'proceeding, send 182',
      '183': 'proceeding, send 183',
      '200': 'completed, send 200, start J 32000',
      '481': 'completed, send 481, start J 32000',
      'transport error': 'terminated, report transport, terminated',
    },
  ],
  completed: [
    [respond('BYE', 202)],
    {
      'BYE again': 'completed, send 202',
      'timer J': 'terminated, terminated',
      'transport error': 'terminated, report transport, terminated',
    },
  ],
  terminated: [[respond('BYE', 200), timer('J')], {}],
};

for (const [phase, [way, outcomes]] of Object.entries(plainTable)) {
  for (const [name, input] of Object.entries(plainInputs)) {
    const reached = after(begunBye(false), ...way);
    const expected = outcomes[name] ?? reached.phase;
    test(`a BYE that is ${phase}: ${name} leads to: ${expected}`, () => {
      assert.equal(outcome(stepServerTransaction(reached, input)), expected);
      if (outcomes[name] === undefined) assert.equal(stepServerTransaction(reached, input).next, reached);
    });
  }
}

test('a request that is no INVITE is handed up and starts no timer', () => {
  assert.equal(outcome(beginServerTransaction(request('OPTIONS'), false)), 'trying, pass OPTIONS');
});

test('over a reliable transport a final response ends the transaction at once', () => {
  assert.equal(outcome(stepServerTransaction(begunBye(true), respond('BYE', 200))), 'terminated, send 200, terminated');
});
