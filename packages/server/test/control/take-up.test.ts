/** Gates as they come back after a kill, where the store knows more than the spool had time to tell, or less (P4, P5). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, type StreamId } from '@tacet/domain';
import { keepSource, type SessionStarted, setRecordingState, viewOf } from '../../src/control/index.ts';
import { takeUpLost } from '../../src/control/take-up.ts';
import { checkSpans, entriesOf } from '../../src/verify/check-spans.ts';
import { ControlUnderTest, stranger, stream } from './control-under-test.ts';
import { comeBack, spoolOf } from './left-behind.ts';

/** A call whose source is kept, so that its captures are taken up. */
async function keptCall(under: ControlUnderTest): Promise<SessionStarted> {
  const started = await under.startCall();
  await keepSource(under.context, started.recordingId, 'dialog');
  under.clock.advance(1_000);
  return started;
}

/** Paused and resumed, with a second between. */
async function pausedAndResumed(
  under: ControlUnderTest,
  { conversationId }: SessionStarted,
): Promise<{ readonly closedAt: Instant; readonly openedAt: Instant }> {
  const { closedAt = assert.fail() } = await under.pause(conversationId);
  under.clock.advance(1_000);
  await under.resume(conversationId);
  return { closedAt, openedAt: under.clock.now() };
}

async function assertSpansAreTold(under: ControlUnderTest, { conversationId }: SessionStarted): Promise<void> {
  const entries = await entriesOf(under.context.store, await under.stored(conversationId));
  assert.deepEqual([...checkSpans(entries, await under.spans(conversationId))], []);
}

function resumeIn(under: ControlUnderTest, context: typeof under.context, { conversationId }: SessionStarted) {
  const asking = { actor: stranger, cause: 'securePause', right: 'others', asked: under.asked() } as const;
  return setRecordingState(context, { conversationId, state: 'ACTIVE', ...asking });
}

test('a resume that is in store to its end is not undone by a spool that had no time to tell of it', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  const { closedAt, openedAt } = await pausedAndResumed(under, started);
  under.clock.advance(100);
  const found = spoolOf(under, started, () => ({ closedSince: closedAt, lastAt: closedAt }));
  under.clock.advance(700);
  const resumedAt = under.clock.now();
  const { context, recovered } = await comeBack(under, found);
  assert.deepEqual([recovered.goingOn, recovered.paused], [1, 0]);
  assert.deepEqual(under.gates(started), [true, true]);
  const stored = await under.stored(started.conversationId);
  assert.deepEqual(stored.control, { causes: [], hasUnconfirmedPause: false });
  assert.equal(viewOf(context, stored).recordingState, 'ACTIVE');
  for (const { streamId } of started.streams) {
    assert.deepEqual((await context.store.timelineOf(streamId)).intervals, [
      { kind: 'withheld', from: closedAt, to: openedAt, unitCount: 0 },
      { kind: 'lost', from: openedAt, to: resumedAt, unitCount: 0, reason: 'crash' },
    ]);
  }
  assert.equal((await under.spans(started.conversationId)).length, 1);
  await assertSpansAreTold(under, started);
});

test('a pause that had reached every gate and was not in store yet is a pause from then on, and reads so', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  await pausedAndResumed(under, started);
  under.clock.advance(500);
  const closedSince = under.clock.now();
  const found = spoolOf(under, started, (id) => ({
    closedSince: id === started.streams[0]?.streamId ? closedSince : after(closedSince, 2),
    lastAt: closedSince,
  }));
  under.clock.advance(700);
  const { context, recovered } = await comeBack(under, found);
  assert.deepEqual([recovered.goingOn, recovered.paused], [1, 1]);
  assert.deepEqual(under.gates(started), [false, false]);
  const stored = await under.stored(started.conversationId);
  const view = viewOf(context, stored);
  assert.equal(view.recordingState, 'PAUSED');
  assert.equal(stored.control.hasUnconfirmedPause, true);
  const [, span] = await under.spans(started.conversationId);
  assert.deepEqual(
    [span?.closedAt, span?.openedAt, span?.pausedBy.clientId],
    [after(closedSince, 2), undefined, 'system'],
  );
  assert.deepEqual(stored.control.causes, [{ cause: 'securePause', spanId: span?.id, since: span?.closedAt }]);
  assert.equal((await resumeIn(under, context, started)).state, 'ACTIVE');
  assert.deepEqual(under.gates(started), [true, true]);
  await assertSpansAreTold(under, started);
});

const oneMasked = { streams: [{ ...stream('1', 'p1'), isMasked: true }, stream('2', 'p2')] } as const;

test('a stream that its source masks comes back shut, the others open, and nobody takes that for a pause', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  await under.updateCall(started.recordingId, oneMasked);
  await keepSource(under.context, started.recordingId, 'dialog');
  const closedSince = under.clock.now();
  under.clock.advance(1_000);
  const [masked] = started.streams;
  const found = spoolOf(under, started, (id) => (id === masked?.streamId ? { closedSince } : {}));
  under.clock.advance(700);
  const { recovered } = await comeBack(under, found);
  assert.deepEqual([recovered.goingOn, recovered.paused], [1, 0]);
  assert.deepEqual(under.gates(started), [false, true]);
  const { control } = await under.stored(started.conversationId);
  assert.deepEqual(control, { causes: [], hasUnconfirmedPause: false });
});

test('a stream that its source masks is shut in the worker that takes the place of a lost one', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  await under.updateCall(started.recordingId, oneMasked);
  const streamIds = started.streams.map(({ streamId }) => streamId);
  const found = new Map(spoolOf(under, started).map((capture) => [capture.live.streamId, capture]));
  await takeUpLost(under.context, streamIds, found);
  assert.deepEqual(under.gates(started), [false, true]);
});

test('a gate that was shut by a pause under way keeps the others shut, and what they missed is lost', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  const [first, second] = started.streams;
  const closedSince = under.clock.now();
  const found = spoolOf(under, started, (id) => (id === first?.streamId ? { closedSince } : {}));
  under.clock.advance(700);
  const backAt = under.clock.now();
  const { context } = await comeBack(under, found);
  assert.deepEqual(under.gates(started), [false, false]);
  const [span] = await under.spans(started.conversationId);
  assert.equal(span?.closedAt, backAt, 'one of them was open until the end');
  const kinds = async (streamId: StreamId = assert.fail()) =>
    (await context.store.timelineOf(streamId)).intervals.map(({ kind }) => kind);
  assert.deepEqual(await kinds(first?.streamId), ['withheld']);
  assert.deepEqual(await kinds(second?.streamId), ['lost']);
});

test('a resume that was granted and whose end is not in store comes back shut, reads as paused, and can be asked for', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  const { closedAt = assert.fail() } = await under.pause(started.conversationId);
  under.clock.advance(1_000);
  under.faulty.failWhen(({ audit }) => audit?.[0]?.action === 'recordingResumed');
  await assert.rejects(under.resume(started.conversationId), { code: 'storageUnavailable' });
  under.faulty.heal();
  const found = spoolOf(under, started, () => ({ closedSince: closedAt, lastAt: closedAt }));
  under.clock.advance(700);
  const { context } = await comeBack(under, found);
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal(viewOf(context, await under.stored(started.conversationId)).recordingState, 'PAUSED');
  assert.equal((await resumeIn(under, context, started)).state, 'ACTIVE');
  assert.deepEqual(under.gates(started), [true, true]);
  await assertSpansAreTold(under, started);
});

test('a pause that is in store is not taken for over by the resume of an earlier one', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  const { closedAt } = await pausedAndResumed(under, started);
  under.clock.advance(50);
  await under.pause(started.conversationId);
  const found = spoolOf(under, started, () => ({ closedSince: closedAt, lastAt: closedAt }));
  under.clock.advance(700);
  await comeBack(under, found);
  assert.deepEqual(under.gates(started), [false, false]);
  const { control } = await under.stored(started.conversationId);
  assert.equal(control.hasUnconfirmedPause, false, 'it is the pause that was confirmed');
});

test('a capture of which no spool tells comes back shut, and its conversation reads as paused', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  const [first] = started.streams;
  const found = spoolOf(under, started).filter(({ live }) => live.streamId === first?.streamId);
  const { context } = await comeBack(under, found);
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal(viewOf(context, await under.stored(started.conversationId)).recordingState, 'PAUSED');
});

test('what stays shut reads as paused as soon as it can be written down', async () => {
  await using under = new ControlUnderTest();
  const started = await keptCall(under);
  const closedSince = under.clock.now();
  const found = spoolOf(under, started, () => ({ closedSince }));
  let isFirst = true;
  under.faulty.failWhen(({ audit }) => {
    const isDue = isFirst && audit?.[0]?.action === 'recordingPaused';
    isFirst &&= !isDue;
    return isDue;
  });
  const { context } = await comeBack(under, found);
  assert.equal(isFirst, false);
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal(viewOf(context, await under.stored(started.conversationId)).recordingState, 'PAUSED');
  await assertSpansAreTold(under, started);
});
