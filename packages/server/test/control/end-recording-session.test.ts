/** A recording session ends; its conversation lingers, so that a transfer finds it and its pause again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import { viewOf } from '../../src/control/index.ts';
import { ControlUnderTest } from './control-under-test.ts';

test('a transfer within the linger finds the same conversation, and its pause', async () => {
  await using under = new ControlUnderTest({ lingerMs: 5_000 });
  const first = await under.startCall();
  const { closedAt } = await under.pause(first.conversationId);
  await under.endCall(first.recordingId);
  await under.clock.pass(4_999);
  const second = await under.startCall({}, 'call-2');
  assert.equal(second.conversationId, first.conversationId);
  assert.deepEqual(under.gates(second), [false, false]);
  assert.equal(under.clock.nextTimerAt, undefined, 'nothing waits to end it any more');
  await under.clock.pass(60_000);
  const stored = await under.stored(first.conversationId);
  assert.equal(stored.endedAt, undefined, 'what it waited for has come');
  assert.equal(stored.control.causes[0]?.since, closedAt);
});

test('after the linger the conversation is over, and what comes then is another one', async () => {
  await using under = new ControlUnderTest({ lingerMs: 5_000 });
  const first = await under.startCall();
  await under.pause(first.conversationId);
  await under.endCall(first.recordingId);
  const endsAt = under.clock.now() + 5_000;
  await under.clock.pass(5_000);
  await under.quiet();
  const over = await under.stored(first.conversationId);
  assert.equal(over.endedAt, endsAt);
  assert.ok(over.participants.every(({ leftAt }) => leftAt !== undefined));
  assert.equal(over.control.causes.length, 1, 'that it was paused stays with it');
  assert.equal(under.context.live.count, 0);
  const second = await under.startCall({}, 'call-2');
  assert.notEqual(second.conversationId, first.conversationId);
  assert.deepEqual(under.gates(second), [true, true]);
});

test('a recording session that comes while its conversation is being ended begins another, and leaves the ended one be', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const first = await under.startCall();
  await under.pause(first.conversationId);
  await under.endCall(first.recordingId);
  let joining: ReturnType<typeof under.startCall> | undefined;
  under.faulty.onCommit = ({ audit = [] }) => {
    if (audit[0]?.action === 'conversationEnded') joining = under.startCall({}, 'call-2');
  };
  await under.clock.pass(1_001);
  await under.quiet();
  const second = await (joining ?? assert.fail('the conversation did not end'));
  assert.notEqual(second.conversationId, first.conversationId);
  const over = await under.stored(first.conversationId);
  assert.notEqual(over.endedAt, undefined);
  assert.equal(over.control.causes.length, 1);
  const third = await under.startCall({}, 'call-3');
  assert.equal(third.conversationId, second.conversationId);
});

test('a linger that runs out while a recording session waits to join ends nothing', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const first = await under.startCall();
  await under.endCall(first.recordingId);
  let letGo: () => void = () => undefined;
  under.faulty.onCommit = ({ spans }) => {
    if (spans === undefined) return undefined;
    return new Promise<void>((resolve) => (letGo = resolve));
  };
  const pausing = under.pause(first.conversationId);
  await under.quiet();
  const joining = under.startCall({}, 'call-2');
  await under.clock.pass(1_500);
  letGo();
  await pausing;
  const second = await joining;
  await under.quiet();
  assert.equal(second.conversationId, first.conversationId);
  assert.equal((await under.stored(first.conversationId)).endedAt, undefined);
  assert.deepEqual(under.gates(second), [false, false]);
});

test('a conversation lingers from the end of its last recording session, not of the first', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const first = await under.startCall();
  const second = await under.startCall({}, 'call-2');
  await under.endCall(first.recordingId);
  await under.clock.pass(10_000);
  assert.equal((await under.stored(first.conversationId)).endedAt, undefined);
  await under.endCall(second.recordingId);
  await under.clock.pass(1_001);
  await under.quiet();
  assert.notEqual((await under.stored(first.conversationId)).endedAt, undefined);
});

test('without linger the conversation ends with its last recording session', async () => {
  await using under = new ControlUnderTest({ lingerMs: 0 });
  const { conversationId, recordingId } = await under.startCall();
  await under.endCall(recordingId);
  await under.clock.pass(1);
  await under.quiet();
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
});

test('the recording ends with its streams, and what is over can be ended again without effect', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  under.clock.advance(7_000);
  await Promise.all([under.endCall(recordingId), under.endCall(recordingId)]);
  await under.endCall(recordingId);
  const recording = await under.recording(recordingId);
  assert.deepEqual([recording.endedAt, recording.fileState], [under.clock.now(), 'AVAILABLE']);
  assert.ok(recording.streams.every(({ endedAt }) => endedAt === under.clock.now()));
  assert.equal((await under.audit(conversationId)).filter(({ action }) => action === 'recordingEnded').length, 1);
  assert.equal(viewOf(under.context, await under.stored(conversationId)).recordingState, 'NONE');
});

test('a capture that does not end in order is reported, and the recording ends all the same', async () => {
  await using under = new ControlUnderTest();
  const { recordingId } = await under.startCall();
  let endCount = 0;
  under.media.onCommand = (command) => {
    if (command !== 'end') return;
    endCount += 1;
    if (endCount === 1) throw new Fault('mediaUnavailable');
  };
  under.media.end = async (streamId) => {
    under.media.onCommand('end');
    return under.media.scripted.end(streamId);
  };
  await under.endCall(recordingId);
  assert.equal(endCount, 2);
  assert.deepEqual(
    under.reports.map(({ message }) => message),
    ['mediaUnavailable'],
  );
  const { streams } = await under.recording(recordingId);
  assert.ok(streams.every(({ endedAt }) => endedAt !== undefined));
});

test('an end that cannot be written down is an error, and the conversation still ends after its linger', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await under.startCall();
  under.faulty.failWhen(() => true);
  await assert.rejects(under.endCall(recordingId), { code: 'storageUnavailable' });
  under.faulty.heal();
  await under.clock.pass(1_001);
  await under.quiet();
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
  assert.equal(under.context.live.count, 0);
  const { endedAt, fileState } = await under.recording(recordingId);
  assert.notEqual(endedAt, undefined, 'the end of the recording was written down when it could be');
  assert.equal(fileState, 'AVAILABLE');
});

test('a conversation whose end cannot be written down stays what it is, and ends when the store is back', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await under.startCall();
  await under.pause(conversationId);
  await under.endCall(recordingId);
  under.faulty.failWhen(() => true);
  await under.clock.pass(1_001);
  await under.quiet();
  assert.ok(under.reports.some(({ message }) => message === 'storageUnavailable'));
  assert.equal(under.context.live.get(conversationId)?.conversation.endedAt, undefined);
  under.faulty.heal();
  const joined = await under.startCall({}, 'call-2');
  assert.equal(joined.conversationId, conversationId);
  assert.deepEqual(under.gates(joined), [false, false], 'it was paused and still is');
  await under.endCall(joined.recordingId);
  await under.clock.pass(10_000);
  await under.quiet();
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
});

test('a node that stops leaves conversations that linger as they are in store', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await under.startCall();
  await under.endCall(recordingId);
  under.context.live.cancelLingers();
  await under.clock.pass(60_000);
  assert.equal((await under.stored(conversationId)).endedAt, undefined);
  assert.equal(under.clock.nextTimerAt, undefined);
});
