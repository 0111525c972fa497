/** After any kind of end: what was live is found again, and nothing comes back recording (P4, P5). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  type ConversationId,
  type Instant,
  type Interval,
  instant,
  type SegmentId,
  type StreamId,
} from '@tacet/domain';
import { MemoryBlobs } from '@tacet/testkit';
import {
  type ControlContext,
  endRecordingSession,
  keepSource,
  noteSourceGone,
  type SessionStarted,
  setRecordingState,
  startRecordingSession,
  viewOf,
} from '../../src/control/index.ts';
import { recoveredLingerMs } from '../../src/control/recover-node.ts';
import { ControlUnderTest, customer, otherAgent, stranger, twoParty } from './control-under-test.ts';
import { comeBack, spoolOf, type Told } from './left-behind.ts';

const segmentBytes = Buffer.from('sealed bytes of a segment');

function segment(under: ControlUnderTest, captured: Interval, streamId: StreamId, { recordingId }: SessionStarted) {
  const blobName = `${recordingId}/${streamId}-000000.segment`;
  const facts = { number: 0, captured, unitCount: 50, chunkCount: 1, bytes: segmentBytes.length };
  const seals = { sha256: 'a'.repeat(64), lastTag: 'b'.repeat(32), wrappedKey: 'a2V5' };
  const descriptor = { id: under.ids.next<SegmentId>(), recordingId, streamId, blobName, ...facts, ...seals };
  return { id: descriptor.id, descriptor, bytes: segmentBytes };
}

function joinAgain(under: ControlUnderTest, context: ControlContext): Promise<SessionStarted> {
  return startRecordingSession(context, { sourceId: 'call-2', described: twoParty, asked: under.asked() });
}

function resumeIn(under: ControlUnderTest, context: ControlContext, conversationId: ConversationId) {
  const asking = { actor: stranger, cause: 'securePause', right: 'others', asked: under.asked() } as const;
  return setRecordingState(context, { conversationId, state: 'ACTIVE', ...asking });
}

test('a conversation that was live is found again by its source, with its recording ended where it broke off', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  under.clock.advance(2_000);
  const lastAt = under.clock.now();
  const found = spoolOf(under, started, () => ({ lastAt }));
  under.clock.advance(700);
  const recoveredAt = under.clock.now();
  const { context, recovered } = await comeBack(under, found);
  assert.deepEqual(recovered, { conversations: 1, recordings: 1, goingOn: 0, segments: 0, paused: 0 });
  const recording = await under.recording(started.recordingId);
  assert.deepEqual([recording.endedAt, recording.fileState], [lastAt, 'AVAILABLE']);
  assert.ok(recording.streams.every(({ endedAt }) => endedAt === lastAt));
  for (const { streamId } of started.streams) {
    assert.deepEqual((await context.store.timelineOf(streamId)).intervals, [
      { kind: 'lost', from: after(lastAt, 0.001), to: recoveredAt, unitCount: 0, reason: 'crash' },
    ]);
  }
  const joined = await joinAgain(under, context);
  assert.equal(joined.conversationId, started.conversationId);
  assert.deepEqual(under.gates(joined), [true, true]);
});

test('a conversation that was paused is still paused, and what comes back starts closed', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  under.clock.advance(1_000);
  const { closedAt = assert.fail() } = await under.pause(started.conversationId);
  const found = spoolOf(under, started, () => ({ closedSince: closedAt, lastAt: closedAt }));
  under.clock.advance(700);
  const { context, recovered } = await comeBack(under, found);
  assert.equal(recovered.paused, 1);
  assert.equal(viewOf(context, await under.stored(started.conversationId)).recordingState, 'PAUSED');
  const [span] = await under.spans(started.conversationId);
  assert.deepEqual([span?.closedAt, span?.openedAt], [closedAt, undefined]);
  for (const { streamId } of started.streams) {
    assert.deepEqual((await context.store.timelineOf(streamId)).intervals, [
      { kind: 'withheld', from: closedAt, to: under.clock.now(), unitCount: 0 },
    ]);
  }
  const joined = await joinAgain(under, context);
  assert.deepEqual(under.gates(joined), [false, false]);
  assert.equal((await resumeIn(under, context, started.conversationId)).state, 'ACTIVE');
  assert.deepEqual(under.gates(joined), [true, true]);
});

test('what the spool says is shut and the store says is running stays shut', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const closedAt = under.clock.now();
  const [first] = started.streams;
  const found = spoolOf(under, started, (id) => (id === first?.streamId ? { closedSince: closedAt } : {}));
  under.clock.advance(700);
  const { context, recovered } = await comeBack(under, found);
  assert.equal(recovered.paused, 1);
  const stored = await under.stored(started.conversationId);
  assert.equal(stored.control.hasUnconfirmedPause, true);
  assert.equal(viewOf(context, stored).recordingState, 'PAUSED', 'nobody is to believe that it records');
  const joined = await joinAgain(under, context);
  assert.deepEqual(under.gates(joined), [false, false]);
  assert.equal((await resumeIn(under, context, started.conversationId)).state, 'ACTIVE');
  assert.deepEqual(under.gates(joined), [true, true]);
});

test('a capture that had ended in order before the crash keeps nothing shut', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const overAt = under.clock.now();
  const { recovered } = await comeBack(
    under,
    spoolOf(under, started, () => ({ closedSince: overAt, overAt })),
  );
  assert.equal(recovered.paused, 0);
});

/** The node dies between the grant of a resume and its end: the grant is in store, what the gates did is in the spool. */
async function dieInResume(
  under: ControlUnderTest,
  told: (closedAt: Instant, grantedAt: Instant) => Told,
): Promise<{ readonly started: SessionStarted; readonly grantedAt: Instant; readonly context: ControlContext }> {
  const started = await under.startCall();
  under.clock.advance(1_000);
  const { closedAt = assert.fail() } = await under.pause(started.conversationId);
  under.clock.advance(1_000);
  const grantedAt = under.clock.now();
  under.faulty.failWhen(({ audit }) => audit?.[0]?.action === 'recordingResumed');
  await assert.rejects(under.resume(started.conversationId), { code: 'storageUnavailable' });
  under.faulty.heal();
  under.clock.advance(1_000);
  const found = spoolOf(under, started, () => told(closedAt, grantedAt));
  const { context } = await comeBack(under, found);
  return { started, grantedAt, context };
}

test('a resume that was granted and never answered ended the pause where the spool says that a gate opened', async () => {
  await using under = new ControlUnderTest();
  const { started, grantedAt, context } = await dieInResume(under, (closedAt, granted) => ({
    intervals: [{ kind: 'withheld', from: closedAt, to: after(granted, 250), unitCount: 40 }],
  }));
  const [span] = await under.spans(started.conversationId);
  assert.deepEqual([span?.grantedAt, span?.openedAt], [grantedAt, after(grantedAt, 250)]);
  assert.deepEqual(under.gates(await joinAgain(under, context)), [true, true]);
});

test('a resume that was granted and whose gates never opened stays shut, and its span ends with the grant', async () => {
  await using under = new ControlUnderTest();
  const { started, grantedAt, context } = await dieInResume(under, (closedAt) => ({ closedSince: closedAt }));
  const [span] = await under.spans(started.conversationId);
  assert.equal(span?.openedAt, grantedAt);
  assert.deepEqual(under.gates(await joinAgain(under, context)), [false, false]);
  assert.equal((await under.stored(started.conversationId)).control.hasUnconfirmedPause, true);
});

test('a recording session that had ended before a crash is waited for no longer than without one', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const started = await under.startCall();
  await keepSource(under.context, started.recordingId, 'dialog');
  under.clock.advance(2_000);
  const lastAt = under.clock.now();
  under.clock.advance(300);
  const goneAt = under.clock.now();
  await noteSourceGone(under.context, started, under.asked('BYE'));
  under.clock.advance(700);
  const { context, recovered } = await comeBack(
    under,
    spoolOf(under, started, () => ({ lastAt })),
  );
  assert.deepEqual([recovered.recordings, recovered.goingOn], [1, 0]);
  assert.deepEqual(await context.store.documentsOf('keptSource'), []);
  const { endedAt, fileState, streams } = await under.recording(started.recordingId);
  assert.deepEqual([endedAt, fileState], [goneAt, 'AVAILABLE']);
  for (const { id } of streams) {
    assert.deepEqual((await context.store.timelineOf(id)).intervals, [
      { kind: 'lost', from: after(lastAt, 0.001), to: goneAt, unitCount: 0, reason: 'crash' },
    ]);
  }
  const ended = (await under.audit(started.conversationId)).filter(({ action }) => action === 'recordingEnded');
  assert.deepEqual(
    ended.map(({ by, recordingId }) => [by.door, recordingId]),
    [['BYE', started.recordingId]],
  );
  await under.clock.pass(1_001);
  await under.quiet();
  assert.notEqual((await under.stored(started.conversationId)).endedAt, undefined);
});

test('a source that had gone before a crash takes nobody along who is in another recording session', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const gone = await under.startCall();
  const other = await under.startCall({ participants: [customer, otherAgent] }, 'call-2');
  for (const { recordingId } of [gone, other]) await keepSource(under.context, recordingId, 'dialog');
  await noteSourceGone(under.context, gone, under.asked('BYE'));
  const { context, recovered } = await comeBack(under, [...spoolOf(under, gone), ...spoolOf(under, other)]);
  assert.deepEqual([recovered.recordings, recovered.goingOn], [1, 1]);
  const { participants } = await under.stored(gone.conversationId);
  assert.deepEqual(
    participants.filter(({ leftAt }) => leftAt === undefined).map(({ address }) => address),
    [customer.address, otherAgent.address],
  );
  await under.clock.pass(recoveredLingerMs * 2);
  assert.equal((await under.stored(gone.conversationId)).endedAt, undefined);
  assert.equal(context.live.count, 1);
});

test('a source that goes while its recording is ended by somebody else has gone when that is durable', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  let letGo: () => void = () => undefined;
  under.faulty.onCommit = ({ audit = [] }) => {
    if (audit[0]?.action !== 'recordingEnded') return undefined;
    return new Promise<void>((resolve) => (letGo = resolve));
  };
  const ending = under.endCall(started.recordingId);
  await under.quiet();
  let hasGone = false;
  const going = noteSourceGone(under.context, started, under.asked('BYE')).then(() => {
    hasGone = true;
  });
  await under.quiet();
  assert.equal(hasGone, false);
  letGo();
  await Promise.all([ending, going]);
  assert.deepEqual(await under.context.store.documentsOf('keptSource'), []);
});

test('segments that the crash left in the spool are put into store, once', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const captured = { from: under.clock.now(), to: instant(under.clock.now() + 1_000) };
  under.clock.advance(2_000);
  const found = spoolOf(under, started, (id) => ({ segments: [segment(under, captured, id, started)] }));
  const blobs = new MemoryBlobs();
  const { context, recovered } = await comeBack(under, found, blobs);
  assert.equal(recovered.segments, 2);
  const stored = await context.store.segmentsOf(started.recordingId);
  const expected = found.flatMap(({ segments }) => segments.map(({ descriptor }) => descriptor));
  assert.deepEqual(new Set(stored), new Set(expected));
  for (const { blobName } of stored) assert.deepEqual(Buffer.from(await blobs.read(blobName)), segmentBytes);
});

test('when the blob store is down recovery fails, and says nothing that is not so', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const captured = { from: under.clock.now(), to: instant(under.clock.now() + 1_000) };
  const found = spoolOf(under, started, (id) => ({ segments: [segment(under, captured, id, started)] }));
  const blobs = new MemoryBlobs();
  blobs.failPuts(1);
  await assert.rejects(comeBack(under, found, blobs), { code: 'storageUnavailable' });
  assert.deepEqual(await under.context.store.segmentsOf(started.recordingId), []);
  assert.equal((await under.recording(started.recordingId)).endedAt, undefined);
  assert.equal((await comeBack(under, found, blobs)).recovered.segments, 2);
});

test('recovery that is cut short and run again, later, comes out the same', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const captured = { from: under.clock.now(), to: instant(under.clock.now() + 900) };
  under.clock.advance(1_000);
  const { closedAt = assert.fail() } = await under.pause(started.conversationId);
  const found = spoolOf(under, started, (id) => ({
    segments: [segment(under, captured, id, started)],
    closedSince: closedAt,
    lastAt: closedAt,
  }));
  const everything = async (): Promise<unknown> => ({
    conversation: await under.stored(started.conversationId),
    recording: await under.recording(started.recordingId),
    spans: await under.spans(started.conversationId),
    segments: await under.context.store.segmentsOf(started.recordingId),
    timelines: await Promise.all(started.streams.map(({ streamId }) => under.context.store.timelineOf(streamId))),
  });
  under.clock.advance(500);
  await comeBack(under, found);
  const once = await everything();
  under.clock.advance(500);
  const { context } = await comeBack(under, found);
  assert.deepEqual(await everything(), once);
  assert.deepEqual(under.gates(await joinAgain(under, context)), [false, false]);
});

test('a conversation whose source does not come back ends after its time, and still says that it was paused', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  await under.pause(started.conversationId);
  const { context } = await comeBack(under, []);
  await under.clock.pass(recoveredLingerMs - 1);
  assert.equal((await under.stored(started.conversationId)).endedAt, undefined);
  await under.clock.pass(2);
  await under.quiet();
  const over = await under.stored(started.conversationId);
  assert.notEqual(over.endedAt, undefined);
  assert.equal(over.control.causes.length, 1);
  assert.equal(context.live.count, 0);
});

test('a source that came back and hangs up takes the conversation with it after the usual linger', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const started = await under.startCall();
  const { context } = await comeBack(under, spoolOf(under, started));
  const joined = await joinAgain(under, context);
  await endRecordingSession(context, joined.recordingId, under.asked('BYE'));
  await under.clock.pass(1_001);
  await under.quiet();
  const over = await under.stored(started.conversationId);
  assert.notEqual(over.endedAt, undefined);
  assert.ok(over.participants.every(({ leftAt }) => leftAt !== undefined));
});

test('what was over before the crash is not touched', async () => {
  await using under = new ControlUnderTest({ lingerMs: 0 });
  const { conversationId, recordingId } = await under.startCall();
  await under.endCall(recordingId);
  await under.clock.pass(10);
  await under.quiet();
  const before = await under.stored(conversationId);
  const { context, recovered } = await comeBack(under, []);
  assert.deepEqual(recovered, { conversations: 0, recordings: 0, goingOn: 0, segments: 0, paused: 0 });
  assert.deepEqual(await under.stored(conversationId), before);
  assert.equal(context.live.count, 0);
});

test('more conversations than one page of the store are all found again', async () => {
  await using under = new ControlUnderTest();
  const count = 205;
  for (let place = 0; place < count; place += 1) {
    await under.startCall({ conversationKeys: [`key ${place}`], streams: [] }, `call-${place}`);
  }
  const { context, recovered } = await comeBack(under, []);
  assert.equal(recovered.conversations, count);
  assert.equal(context.live.count, count);
});

test('the return of each conversation is in the audit log', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  await comeBack(under, spoolOf(under, started));
  const entry = (await under.audit(started.conversationId)).at(-1);
  assert.deepEqual([entry?.action, entry?.result, entry?.by.clientId], ['nodeRecovered', 'done', 'system']);
});

test('what a crash left of a deleted recording is not put into store', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  under.clock.advance(2_000);
  const lastAt = under.clock.now();
  const captured = { from: instant(lastAt - 1_000), to: lastAt };
  const found = spoolOf(under, started, (streamId) => ({
    lastAt,
    segments: [segment(under, captured, streamId, started)],
  }));
  const recording = await under.recording(started.recordingId);
  await under.context.store.commit({ recordings: [{ ...recording, endedAt: lastAt, fileState: 'DELETED' }] });
  const blobs = new MemoryBlobs();
  await comeBack(under, found, blobs);
  assert.equal(blobs.size, 0);
  assert.deepEqual(await under.context.store.segmentsOf(started.recordingId), []);
});
