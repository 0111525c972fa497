/** The call that fulfils a callback: which conversation it joins, and which it leaves alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type ConversationId, limits, type QueueId } from '@tacet/domain';
import {
  callbackState,
  callName,
  changeCallback,
  endCallback,
  joinConversation,
  startConversation,
} from '../../src/control/index.ts';
import {
  actorWith,
  agent,
  agentUser,
  ControlUnderTest,
  customer,
  otherAgent,
  otherUser,
  type twoParty,
} from './control-under-test.ts';

interface Agreed {
  readonly inMs?: number;
  readonly number?: string;
  readonly callId?: string;
}

const queueId = '00000000-0000-4000-8000-0000000000e1' as QueueId;
const admin = actorWith('admin');

async function agree(under: ControlUnderTest, { inMs, number = '+1 555 0100', callId }: Agreed = {}) {
  const now = under.clock.now();
  const scheduledAt = inMs === undefined ? undefined : after(now, inMs);
  const details = { callbackNumbers: [number], ...(scheduledAt && { callbackScheduledAt: scheduledAt }) };
  const state = callbackState(now, scheduledAt);
  const people = [{ purpose: 'customer', address: number } as const, { purpose: 'acd', queueId } as const];
  const { conversation } = await startConversation(under.context, {
    ...{ actor: admin, asked: under.asked('POST callbacks'), mediaType: 'callback', details },
    access: { permissions: ['conversation:callback:create'] },
    joining: people.map((who) => ({ who, state, direction: 'outbound' as const })),
    externalIds: callId === undefined ? [] : [callName(callId)],
  });
  return conversation;
}

/** The next call, of a communication session of its own. @returns the conversation it is in, and its gates. */
async function place(under: ControlUnderTest, described: Partial<typeof twoParty> = {}, session = 'session-a') {
  const ids = [{ name: 'communicationSession', value: session }, ...(described.externalIds ?? [])];
  const call = { ...described, conversationKeys: [session], externalIds: ids };
  const started = await under.startCall(call, `call of ${session}`);
  return { ...started, gates: under.gates(started) };
}

async function assign(under: ControlUnderTest, conversationId: ConversationId, agentId = agentUser): Promise<void> {
  const asked = under.asked('PATCH callbacks');
  await changeCallback(under.context, { actor: admin, asked, conversationId, agentId });
}

test('the call that fulfils a callback joins its conversation, and starts closed where that is paused', async () => {
  await using under = new ControlUnderTest();
  const { id } = await agree(under);
  await under.pause(id);
  const call = await place(under);
  assert.deepEqual([call.conversationId, call.gates], [id, [false, false]]);
  const { participants } = await under.stored(id);
  const said = participants.map(({ purpose, communications }) => [
    purpose,
    ...communications.map(({ mediaType, state }) => `${mediaType} ${state}`),
  ]);
  assert.deepEqual(said, [
    ['customer', 'callback connected', 'call connected'],
    ['acd', 'callback disconnected'],
    ['agent', 'call connected'],
  ]);
  await under.resume(id);
  assert.deepEqual(under.gates(call), [true, true]);
  const entry = (await under.audit()).find(({ action }) => action === 'recordingStarted');
  assert.equal(entry?.facts['callbackBy'], 'number');
});

test('a second try joins it as well, and is closed still, for as long as the callback was not ended', async () => {
  await using under = new ControlUnderTest({ lingerMs: 100 });
  const { id, participants } = await agree(under);
  await under.pause(id);
  const first = await place(under);
  await under.endCall(first.recordingId);
  await under.clock.pass(1_000);
  const second = await place(under, {}, 'session-b');
  assert.deepEqual([second.conversationId, second.gates], [id, [false, false]]);
  await under.endCall(second.recordingId);
  const callbackId = participants[0]?.communications[0]?.id ?? assert.fail();
  await endCallback(under.context, { actor: admin, asked: under.asked(), conversationId: id, callbackId });
  const third = await place(under, {}, 'session-c');
  assert.notEqual(third.conversationId, id);
});

test('a callback may name an id that its call will bring along', async () => {
  await using under = new ControlUnderTest({ joinsCallbacksByNumber: false });
  const { id } = await agree(under, { callId: '00025000160955721139', inMs: 60_000 });
  const other = await place(under);
  assert.notEqual(other.conversationId, id, 'the number alone is not asked for here');
  const ucid = { name: 'ucid', value: '00025000160955721139' };
  const call = await place(under, { externalIds: [ucid] }, 'session-b');
  assert.equal(call.conversationId, id);
  const session = await agree(under, { callId: 'session-c' });
  assert.equal((await place(under, {}, 'session-c')).conversationId, session.id);
});

test('a call that names a conversation by its id joins it only while somebody in it is to be called back', async () => {
  await using under = new ControlUnderTest({ joinsCallbacksByNumber: false });
  const { id } = await agree(under);
  const named = (value: string) => ({ externalIds: [{ name: 'conversationId', value }] });
  assert.equal((await place(under, named(id.toUpperCase()))).conversationId, id);
  const message = await under.startMessage();
  assert.notEqual((await place(under, named(message), 'session-b')).conversationId, message);
});

test('a callback waits for a call with its number from its time on, and for as long as the limit says', async () => {
  await using under = new ControlUnderTest();
  const { id } = await agree(under, { inMs: 60_000 });
  const early = await place(under);
  assert.notEqual(early.conversationId, id);
  await under.endCall(early.recordingId);
  await under.clock.pass(60_000);
  const due = await place(under, {}, 'session-b');
  assert.equal(due.conversationId, id);
  await under.endCall(due.recordingId);
  under.clock.advance(limits.callbackByNumberMsMax + 1);
  assert.notEqual((await place(under, {}, 'session-c')).conversationId, id);
});

test('a callback whose call is going on waits for no second one by its number', async () => {
  await using under = new ControlUnderTest();
  const { id } = await agree(under);
  assert.equal((await place(under)).conversationId, id);
  assert.notEqual((await place(under, {}, 'session-b')).conversationId, id);
});

test('of several with the same number a paused one comes first, and then whoever has waited longest', async () => {
  await using under = new ControlUnderTest();
  const first = await agree(under);
  under.clock.advance(10);
  const second = await agree(under);
  under.clock.advance(10);
  const paused = await agree(under);
  await under.pause(paused.id);
  const joined: ConversationId[] = [];
  for (const session of ['a', 'b', 'c', 'd']) joined.push((await place(under, {}, session)).conversationId);
  assert.deepEqual(joined.slice(0, 3), [paused.id, first.id, second.id]);
  assert.ok(!joined.slice(0, 3).includes(joined[3] ?? first.id));
});

test('a callback that a user is to make is not fulfilled by the call of another user', async () => {
  await using under = new ControlUnderTest();
  const { id } = await agree(under);
  await assign(under, id, otherUser);
  const mine = await place(under, { participants: [customer, agent] });
  assert.notEqual(mine.conversationId, id);
  const theirs = await place(under, { participants: [customer, otherAgent] }, 'session-b');
  assert.equal(theirs.conversationId, id);
  const { participants } = await under.stored(id);
  const called = participants.filter(({ communications }) => communications.some((c) => c.mediaType === 'call'));
  assert.deepEqual(
    called.map(({ purpose, userId }) => [purpose, userId]),
    [
      ['customer', undefined],
      ['agent', otherUser],
    ],
  );
});

test('a number that was changed leads to the callback, and the one of before no more', async () => {
  await using under = new ControlUnderTest();
  const { id } = await agree(under, { number: '+15550199' });
  const asked = under.asked('PATCH callbacks');
  const numbers = ['tel:+1-555-0100'];
  await changeCallback(under.context, { actor: admin, asked, conversationId: id, agentId: agentUser, numbers });
  const old = { ...customer, address: 'sip:+15550199@example.test' };
  assert.notEqual((await place(under, { participants: [old, agent] })).conversationId, id);
  assert.equal((await place(under, {}, 'session-b')).conversationId, id);
});

test('a call to somebody else, and one without a number, join no callback', async () => {
  await using under = new ControlUnderTest();
  const { id } = await agree(under);
  for (const address of ['sip:+15550101@example.test', 'sip:somebody@example.test', '']) {
    const stranger = { ...customer, address };
    assert.notEqual((await place(under, { participants: [stranger, agent] }, address)).conversationId, id);
  }
});

test('a callback that somebody has taken before its time waits for its call at once', async () => {
  await using under = new ControlUnderTest();
  const { id } = await agree(under, { inMs: 60_000 });
  const call = await place(under, { externalIds: [{ name: 'conversationId', value: id }] });
  await under.endCall(call.recordingId);
  assert.equal((await place(under, {}, 'session-b')).conversationId, id);
});

test('a callback that was agreed in a conversation of messages brings its call into that', async () => {
  await using under = new ControlUnderTest();
  const conversationId = await under.startMessage();
  const person = (await under.stored(conversationId)).participants[0]?.id ?? assert.fail();
  await joinConversation(under.context, {
    ...{
      actor: admin,
      asked: under.asked('POST callbacks'),
      access: { permissions: ['conversation:callback:create'] },
    },
    ...{ conversationId, mediaType: 'callback', details: { callbackNumbers: ['+15550100'] } },
    joining: [{ who: person, state: 'alerting', direction: 'outbound' }],
    externalIds: [callName('ticket-7')],
    noted: { participantId: person, attributes: { reason: 'asked' } },
  });
  await under.pause(conversationId);
  const call = await place(under);
  assert.deepEqual([call.conversationId, call.gates], [conversationId, [false, false]]);
  const second = await place(under, { externalIds: [{ name: 'gcid', value: 'ticket-7' }] }, 'session-b');
  assert.equal(second.conversationId, conversationId);
  assert.deepEqual((await under.stored(conversationId)).participants[0]?.attributes, { reason: 'asked' });
});
