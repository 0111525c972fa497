import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRequest, ownVia } from './request.ts';
import { buildResponse } from './response.ts';
import type { SuccessEffect, UnacknowledgedSuccess } from './two-hundred-retransmit.ts';
import { beginSuccessRetransmit, stepSuccessRetransmit } from './two-hundred-retransmit.ts';

const from = { displayName: undefined, uri: 'sip:src@a', parameters: [] };
const via = ownVia({ transport: 'TCP', host: 'a', port: 5_060, unique: '1' });
const parts = { method: 'INVITE', uri: 'sip:srs@b', via, from, to: from, callId: 'c', sequence: 1 };
const ok = buildResponse(buildRequest(parts), 200, { toTag: 'ours' });
const begun = (): UnacknowledgedSuccess => beginSuccessRetransmit(ok).next;

test('a 2xx waits for its ACK, to be sent again after half a second and given up after 32', () => {
  assert.deepEqual(beginSuccessRetransmit(ok).effects, [
    { kind: 'startTimer', timer: 'resend', ms: 500 },
    { kind: 'startTimer', timer: 'giveUp', ms: 32_000 },
  ] satisfies SuccessEffect[]);
});

test('a 2xx is sent again after 0.5, 1, 2, 4, 4, … seconds', () => {
  let state = begun();
  for (const ms of [1_000, 2_000, 4_000, 4_000]) {
    const step = stepSuccessRetransmit(state, 'resend');
    assert.deepEqual(step.effects, [
      { kind: 'send', response: ok },
      { kind: 'startTimer', timer: 'resend', ms },
    ] satisfies SuccessEffect[]);
    state = step.next;
  }
});

test('the ACK ends the sending', () => {
  const step = stepSuccessRetransmit(begun(), 'ack');
  assert.equal(step.next.phase, 'acknowledged');
  assert.deepEqual(step.effects, [
    { kind: 'stopTimer', timer: 'resend' },
    { kind: 'stopTimer', timer: 'giveUp' },
  ] satisfies SuccessEffect[]);
});

test('without an ACK the sending ends too, and the user is told', () => {
  const step = stepSuccessRetransmit(begun(), 'giveUp');
  assert.equal(step.next.phase, 'givenUp');
  assert.deepEqual(step.effects, [
    { kind: 'stopTimer', timer: 'resend' },
    { kind: 'unacknowledged' },
  ] satisfies SuccessEffect[]);
});

test('once it is acknowledged or given up, nothing more happens', () => {
  for (const end of ['ack', 'giveUp'] as const) {
    const ended = stepSuccessRetransmit(begun(), end).next;
    for (const input of ['ack', 'resend', 'giveUp'] as const) {
      assert.deepEqual(stepSuccessRetransmit(ended, input), { next: ended, effects: [] });
    }
  }
});
