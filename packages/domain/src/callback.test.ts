import assert from 'node:assert/strict';
import { test } from 'node:test';
import { communication, conversation, participant } from '../test/sample-conversation.ts';
import { callbackDigits, calledBackSince, hasOpenCallback, isCalledBackAt, withCallbackBegun } from './callback.ts';
import type { Communication } from './conversation.ts';
import type { RecordingId, UserId } from './ids.ts';
import { after, instant } from './instant.ts';
import { limits } from './limits.ts';

const recordingId = 'recording' as RecordingId;
const dueAt = instant(60_000);

function callback(more: Partial<Communication> = {}): Communication {
  const details = { callbackNumbers: ['+1 555 0100', 'mailbox'], callbackScheduledAt: dueAt };
  return communication('callback', { mediaType: 'callback', state: 'scheduled', details, ...more });
}

function waiting(more: Partial<Communication> = {}) {
  return conversation(participant('customer', { communications: [callback(more)] }));
}

test('the numbers of a callback are known by their digits for as long as it is open', () => {
  assert.deepEqual([...callbackDigits(waiting())], ['15550100']);
  assert.deepEqual([...callbackDigits(waiting({ state: 'disconnected' }))], []);
  assert.deepEqual([hasOpenCallback(waiting()), hasOpenCallback(waiting({ state: 'disconnected' }))], [true, false]);
  assert.deepEqual([...callbackDigits(conversation())], []);
});

test('it is somebody outside who is called back, and no user and no queue', () => {
  const customer = participant('customer', { communications: [callback()] });
  assert.equal(isCalledBackAt(customer, 'sip:+15550100@x'), true);
  assert.equal(isCalledBackAt(customer, 'sip:+15550101@x'), false);
  assert.equal(isCalledBackAt({ ...customer, userId: 'user' as UserId }, 'sip:+15550100@x'), false);
});

test('a callback waits for its call from its time on until it is rather forgotten', () => {
  const since = (ms: number, more: Partial<Communication> = {}) =>
    calledBackSince(waiting(more), ['tel:+15550100'], instant(ms));
  assert.equal(since(dueAt - 1), undefined);
  assert.equal(since(dueAt), dueAt);
  const last = after(dueAt, limits.callbackByNumberMsMax);
  assert.equal(since(last), dueAt);
  assert.equal(since(last + 1), undefined);
  assert.equal(since(last + 1, { state: 'connected' }), undefined, 'who was called is not called for ever');
  assert.equal(since(dueAt, { state: 'disconnected' }), undefined);
  assert.equal(since(dueAt - 1, { state: 'connected' }), dueAt, 'somebody has taken it before its time');
  assert.equal(since(5_000, { details: { callbackNumbers: ['+15550100'] } }), waiting().startedAt);
});

test('a call begins the callbacks of who is called and of who calls, and of nobody else', () => {
  const call = communication('call', { recordingId });
  const agent = participant('agent', { communications: [callback({ state: 'alerting' }), call] });
  const other = participant('other', { communications: [callback({ state: 'alerting' })] });
  const before = { ...waiting(), participants: [...waiting().participants, agent, other] };
  const begun = withCallbackBegun(before, recordingId, dueAt);
  const found = begun.participants.map(({ communications }) => communications[0]?.state);
  assert.deepEqual(found, ['connected', 'connected', 'alerting']);
  assert.equal(begun.participants[0]?.communications[0]?.connectedAt, dueAt);
  assert.equal(withCallbackBegun(conversation(), recordingId, dueAt).participants.length, 2);
});
