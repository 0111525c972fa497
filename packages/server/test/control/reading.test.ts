/** What may be read, by whom, and the plan from which a recording is played. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Actor, after, type ConversationId, type RecordingId } from '@tacet/domain';
import {
  findConversations,
  findRecordings,
  notePlayback,
  planPlayback,
  readAudit,
  readConversation,
  readRecording,
  takeMediaNews,
} from '../../src/control/index.ts';
import {
  actorWith,
  agentUser,
  ControlUnderTest,
  homeDivision,
  otherDivision,
  otherUser,
  stranger,
  stream,
} from './control-under-test.ts';

const page = { limit: 25, offset: 0 };
const listener = actorWith('quality-evaluator');

test('a conversation is read by who may view its division, and by who takes part in it', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const { context } = under;
  assert.equal((await readConversation(context, stranger, conversationId)).recordingState, 'ACTIVE');
  const own = actorWith('agent', '*', agentUser);
  assert.equal((await readConversation(context, own, conversationId)).conversation.id, conversationId);
  for (const actor of [actorWith('agent', '*', otherUser), actorWith('supervisor', otherDivision)]) {
    await assert.rejects(readConversation(context, actor, conversationId), { code: 'permissionMissing' });
  }
  await under.endCall(recordingId);
  await assert.rejects(readConversation(context, own, conversationId), { code: 'permissionMissing' });
  await assert.rejects(readConversation(context, stranger, recordingId as string as ConversationId), {
    code: 'conversationUnknown',
  });
});

test('the recording state is PAUSED while a cause holds, ACTIVE while something is captured, and NONE otherwise', async () => {
  await using under = new ControlUnderTest({ lingerMs: 0 });
  const { conversationId, recordingId } = await under.startCall();
  const state = async () => (await readConversation(under.context, stranger, conversationId)).recordingState;
  assert.equal(await state(), 'ACTIVE');
  await under.pause(conversationId);
  assert.equal(await state(), 'PAUSED');
  await under.resume(conversationId);
  await under.endCall(recordingId);
  assert.equal(await state(), 'NONE');
  await under.clock.pass(10);
  assert.equal(await state(), 'NONE');
});

test('a conversation that ended paused has no recording state left, over REST as in its events', async () => {
  await using under = new ControlUnderTest({ lingerMs: 0 });
  const { conversationId, recordingId } = await under.startCall();
  await under.pause(conversationId);
  await under.endCall(recordingId);
  await under.clock.pass(10);
  const { recordingState } = await readConversation(under.context, stranger, conversationId);
  assert.equal(recordingState, 'NONE');
  const states = (await under.events()).flatMap((event) =>
    event.kind === 'recordingStateChanged' ? [event.state] : [],
  );
  assert.equal(states.at(-1), 'NONE');
});

test('conversations are found by those who may, with the state of those that are live', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall({ conversationKeys: ['one'] });
  const second = await under.startCall({ conversationKeys: ['two'] }, 'call-2');
  await under.pause(first.conversationId);
  const { total, items } = await findConversations(under.context, stranger, { state: 'active', ...page });
  assert.equal(total, 2);
  assert.deepEqual(
    new Map(items.map(({ conversation, recordingState }) => [conversation.id, recordingState])),
    new Map([
      [first.conversationId, 'PAUSED'],
      [second.conversationId, 'ACTIVE'],
    ]),
  );
  for (const actor of [actorWith('agent', '*', agentUser), listener]) {
    await assert.rejects(findConversations(under.context, actor, page), { code: 'permissionMissing' });
  }
});

test('conversations are found in the divisions within reach, and nowhere else', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const elsewhere = await under.startMessage({ divisionId: otherDivision });
  const found = async (actor: Actor) => {
    const { items, total } = await findConversations(under.context, actor, page);
    assert.equal(total, items.length);
    return items.map(({ conversation }) => conversation.id).sort();
  };
  assert.deepEqual(await found(stranger), [conversationId, elsewhere].sort());
  assert.deepEqual(await found(actorWith('supervisor', homeDivision)), [conversationId]);
  assert.deepEqual(await found(actorWith('supervisor', otherDivision)), [elsewhere]);
  const both = actorWith('supervisor', otherDivision);
  const rights = [...both.rights, ...actorWith('supervisor', homeDivision).rights];
  assert.deepEqual(await found({ ...both, rights }), [conversationId, elsewhere].sort());
});

test('annotations of a recording are its spans, the one that goes on lasting until now', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  under.clock.advance(1_000);
  await under.pause(conversationId);
  under.clock.advance(2_000);
  await under.resume(conversationId);
  under.clock.advance(1_000);
  await under.pause(conversationId);
  under.clock.advance(500);
  const [view] = await findRecordings(under.context, listener, conversationId);
  assert.deepEqual(
    view?.annotations.map(({ reason, location, durationMs }) => [reason, location, durationMs]),
    [
      ['SecurePause', 1_000, 2_000],
      ['SecurePause', 4_000, 500],
    ],
  );
});

test('a recording is read by who may view recordings, under the conversation it belongs to', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall({ conversationKeys: ['one'] });
  const other = await under.startCall({ conversationKeys: ['two'] }, 'call-2');
  const { context } = under;
  assert.equal((await readRecording(context, listener, { conversationId, recordingId })).recording.id, recordingId);
  await assert.rejects(readRecording(context, stranger, { conversationId, recordingId }), {
    code: 'permissionMissing',
  });
  await assert.rejects(findRecordings(context, stranger, conversationId), { code: 'permissionMissing' });
  const elsewhere = { conversationId: other.conversationId, recordingId };
  await assert.rejects(readRecording(context, listener, elsewhere), { code: 'recordingUnknown' });
  const unknown = { conversationId, recordingId: conversationId as string as RecordingId };
  await assert.rejects(readRecording(context, listener, unknown), { code: 'recordingUnknown' });
});

test('the audit log is read by who may view it, and by nobody else', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const { items } = await readAudit(under.context, actorWith('admin'), { conversationId, limit: 10 });
  assert.equal(items.length, 2);
  await assert.rejects(readAudit(under.context, actorWith('supervisor'), { limit: 10 }), {
    code: 'permissionMissing',
  });
});

test('a playback has one channel for each participant who is heard, the customer first', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall({ streams: [stream('1', 'p2'), stream('2', 'p1')] });
  const view = await readRecording(under.context, listener, { conversationId, recordingId });
  const { channels } = await planPlayback(under.context, view);
  assert.deepEqual(
    channels.map(({ purpose }) => purpose),
    ['customer', 'agent'],
  );
});

test('streams that belong to nobody share a channel behind the others', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall({ streams: [stream('1'), stream('2', 'p1')] });
  const view = await readRecording(under.context, listener, { conversationId, recordingId });
  const { channels } = await planPlayback(under.context, view);
  assert.deepEqual(
    channels.map(({ purpose }) => purpose),
    ['customer', undefined],
  );
});

test('a playback plan has what was paused, clipped to the recording, and what each stream did not keep', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  const { conversationId } = first;
  under.clock.advance(1_000);
  await under.pause(conversationId);
  under.clock.advance(1_000);
  const second = await under.startCall({}, 'call-2');
  const joinedAt = under.clock.now();
  const [{ streamId } = assert.fail()] = second.streams;
  const lost = { kind: 'lost', from: joinedAt, to: after(joinedAt, 60), unitCount: 3, reason: 'network' } as const;
  await takeMediaNews(under.context, { kind: 'timelineGrown', timeline: { streamId, intervals: [lost] } });
  under.clock.advance(1_000);
  await under.resume(conversationId);
  const resumedAt = under.clock.now();
  under.clock.advance(1_000);
  await under.endCall(second.recordingId);
  const view = await readRecording(under.context, listener, { conversationId, recordingId: second.recordingId });
  const plan = await planPlayback(under.context, view);
  assert.deepEqual(plan.stretch, { from: joinedAt, to: under.clock.now() });
  assert.deepEqual(plan.withheld, [{ from: joinedAt, to: resumedAt }]);
  assert.deepEqual(plan.timelines[0], { streamId, intervals: [lost] });
});

test('that somebody opened a recording is in the audit log before they can play it', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const view = await readRecording(under.context, listener, { conversationId, recordingId });
  const asked = under.asked('GET media');
  await notePlayback(under.context, { actor: listener, asked }, view);
  const entry = (await under.audit(conversationId)).at(-1);
  assert.deepEqual(
    [entry?.action, entry?.by, entry?.recordingId, entry?.result],
    ['playbackOpened', asked, recordingId, 'done'],
  );
  under.faulty.failWhen(() => true);
  await assert.rejects(notePlayback(under.context, { actor: listener, asked }, view), { code: 'storageUnavailable' });
});
