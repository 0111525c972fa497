/** A recording is UPLOADING until all its media is in store, however long a disk takes for it, and whatever dies meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, instant, type StreamId } from '@tacet/domain';
import { MemoryBlobs } from '@tacet/testkit';
import { keepSource, NodeRecovery, type SessionStarted, takeMediaNews } from '../../src/control/index.ts';
import { ControlUnderTest } from './control-under-test.ts';
import { fileOf, LeftFiles, liveRecords } from './left-files.ts';

const noFiles = { names: () => [], open: () => assert.fail('there is no file'), remove: async () => undefined };

/** The media path says of these streams that not all of them is in store when they end. */
function storeSlowly(under: ControlUnderTest, slow: readonly StreamId[]): void {
  const end = under.media.end.bind(under.media);
  under.media.end = async (id) => ({ ...(await end(id)), isStored: !slow.includes(id) });
}

function idsOf({ streams }: SessionStarted): readonly StreamId[] {
  return streams.map(({ streamId }) => streamId);
}

async function stateOf(under: ControlUnderTest, { recordingId }: SessionStarted): Promise<string> {
  await under.quiet();
  const { fileState, endedAt } = await under.recording(recordingId);
  assert.notEqual(endedAt, undefined);
  return fileState;
}

test('a recording is not available before all its media is in store', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const [first = assert.fail(), second = assert.fail()] = idsOf(started);
  storeSlowly(under, [first, second]);
  await under.endCall(started.recordingId);
  assert.equal(await stateOf(under, started), 'UPLOADING');
  await takeMediaNews(under.context, { kind: 'captureStored', streamId: first });
  assert.equal(await stateOf(under, started), 'UPLOADING');
  await takeMediaNews(under.context, { kind: 'captureStored', streamId: second });
  assert.equal(await stateOf(under, started), 'AVAILABLE');
  assert.deepEqual(await under.context.store.documentsOf('uploading'), []);
  const told = (await under.events()).flatMap((event) => (event.kind === 'recordingChanged' ? [event.fileState] : []));
  assert.equal(told.at(-1), 'AVAILABLE');
});

test('a capture that is in store before the others have ended is not waited for', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const [first = assert.fail(), second = assert.fail()] = idsOf(started);
  const end = under.media.end.bind(under.media);
  under.media.end = async (id) => {
    const ended = await end(id);
    if (id === first) return { ...ended, isStored: false };
    await takeMediaNews(under.context, { kind: 'captureStored', streamId: first });
    return ended;
  };
  await under.endCall(started.recordingId);
  assert.equal(await stateOf(under, started), 'AVAILABLE');
  assert.notEqual(first, second);
});

test('what was not in store when the server stopped is awaited by the next start', async () => {
  await using under = new ControlUnderTest({ lingerMs: 0 });
  const started = await under.startCall();
  storeSlowly(under, idsOf(started));
  await under.endCall(started.recordingId);
  await under.clock.pass(10);
  assert.equal(await stateOf(under, started), 'UPLOADING');
  const control = under.contextOf();
  const parts = { control, blobs: new MemoryBlobs(), folder: noFiles, breathe: async () => undefined };
  const recovery = new NodeRecovery(parts);
  await recovery.takeUp();
  assert.equal(await stateOf(under, started), 'UPLOADING');
  await recovery.settle();
  assert.equal(await stateOf(under, started), 'AVAILABLE');
  assert.deepEqual(await under.context.store.documentsOf('uploading'), []);
});

test('a capture whose worker was lost as it ended is in store when the spool of that worker is', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  under.media.end = () => Promise.reject(new Fault('mediaUnavailable', { what: 'worker' }));
  await under.endCall(started.recordingId);
  assert.equal(await stateOf(under, started), 'UPLOADING');
  const control = under.context;
  const parts = { control, blobs: new MemoryBlobs(), folder: noFiles, breathe: async () => undefined };
  await new NodeRecovery(parts).takeUpLost('run-1w1', idsOf(started));
  assert.equal(await stateOf(under, started), 'AVAILABLE');
});

test('that all is in store is written down as soon as it can be', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  storeSlowly(under, idsOf(started));
  await under.endCall(started.recordingId);
  under.faulty.failWhen(({ recordings }) => recordings?.[0]?.fileState === 'AVAILABLE');
  for (const streamId of idsOf(started)) await takeMediaNews(under.context, { kind: 'captureStored', streamId });
  assert.equal(await stateOf(under, started), 'UPLOADING');
  under.faulty.heal();
  await under.clock.pass(3_000);
  assert.equal(await stateOf(under, started), 'AVAILABLE');
});

test('what a capture did not keep is told, also when its end was faster than its failure', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const [streamId = assert.fail()] = idsOf(started);
  const at = under.clock.now();
  const lost = { kind: 'lost', from: instant(at - 500), to: at, unitCount: 25, reason: 'storage' } as const;
  const failure = { kind: 'captureFailed', streamId, at, reason: 'storage', intervals: [lost] } as const;
  const end = under.media.end.bind(under.media);
  let taken: Promise<void> = Promise.resolve();
  under.media.end = async (id) => {
    if (id !== streamId) return end(id);
    taken = takeMediaNews(under.context, failure);
    throw new Fault('mediaUnavailable', { streamId });
  };
  await under.endCall(started.recordingId);
  await taken;
  assert.equal(await stateOf(under, started), 'ERROR');
  assert.deepEqual((await under.context.store.timelineOf(streamId)).intervals, [lost]);
});

test('a stream whose capture had ended in order before a crash has ended', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  await keepSource(under.context, started.recordingId, {});
  const [over = assert.fail(), other = assert.fail()] = idsOf(started);
  const startedAt = under.clock.now();
  const overAt = instant(under.clock.now() + 1_000);
  await under.clock.pass(2_000);
  const folder = new LeftFiles();
  const records = [...liveRecords(started, startedAt, 1), { kind: 'captureOver', streamId: over, at: overAt } as const];
  folder.files.set('run-1w1-000001.spool', fileOf(records));
  const control = under.contextOf();
  const recovery = new NodeRecovery({ control, blobs: new MemoryBlobs(), folder, breathe: async () => undefined });
  const { count } = await recovery.takeUp();
  await recovery.settle();
  assert.equal(count, 1);
  const { streams } = await under.recording(started.recordingId);
  assert.deepEqual(
    streams.map(({ id, endedAt }) => [id, endedAt]),
    [
      [over, overAt],
      [other, undefined],
    ],
  );
});

/** A call whose first capture fails after a second, is paused after two and still is when four are over. */
async function brokenCall(under: ControlUnderTest) {
  const started = await under.startCall();
  const [streamId = assert.fail()] = idsOf(started);
  await under.clock.pass(1_000);
  const at = under.clock.now();
  await takeMediaNews(under.context, { kind: 'captureFailed', streamId, at, reason: 'storage', intervals: [] });
  await under.clock.pass(1_000);
  const { closedAt = assert.fail() } = await under.pause(started.conversationId);
  await under.clock.pass(2_000);
  const missed = async () => (await under.context.store.timelineOf(streamId)).intervals;
  const lost = { kind: 'lost', from: at, to: closedAt, unitCount: 0, reason: 'storage' } as const;
  return { started, closedAt, lost, missed };
}

test('what a capture that broke off missed is lost, but where the conversation was paused it was withheld', async () => {
  await using under = new ControlUnderTest();
  const { started, closedAt, lost, missed } = await brokenCall(under);
  await under.endCall(started.recordingId);
  const { endedAt = assert.fail() } = await under.recording(started.recordingId);
  assert.deepEqual(await missed(), [lost, { kind: 'withheld', from: closedAt, to: endedAt, unitCount: 0 }]);
});

test('what a capture that broke off missed is told too where a crash ends its recording', async () => {
  await using under = new ControlUnderTest();
  const { started, closedAt, lost, missed } = await brokenCall(under);
  const folder = new LeftFiles();
  folder.files.set('run-1w1-000001.spool', fileOf(liveRecords(started, under.clock.now(), 1)));
  const control = under.contextOf();
  await new NodeRecovery({ control, blobs: new MemoryBlobs(), folder, breathe: async () => undefined }).settle();
  const { endedAt = assert.fail() } = await under.recording(started.recordingId);
  assert.deepEqual((await missed()).slice(0, 2), [
    lost,
    { kind: 'withheld', from: closedAt, to: endedAt, unitCount: 0 },
  ]);
});
