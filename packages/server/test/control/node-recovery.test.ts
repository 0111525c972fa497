/** What a crash left in spool files is taken up and put into store, whatever order and state the files are in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CapturesResumed,
  type ContinuedCapture,
  type Instant,
  instant,
  type RecordingId,
  type SegmentDescriptor,
  type SegmentId,
  type StreamId,
} from '@tacet/domain';
import { MemoryBlobs } from '@tacet/testkit';
import { NodeRecovery, type SessionStarted } from '../../src/control/index.ts';
import { ControlUnderTest } from './control-under-test.ts';
import { fileOf, LeftFiles, liveRecords, someTag } from './left-files.ts';

function liveFile(started: SessionStarted, at: Instant, nextSegmentNumber: number): Buffer {
  return fileOf(liveRecords(started, at, nextSegmentNumber));
}

/** A call whose worker has died, and what its take-up asks of the media path. */
class Struck {
  readonly folder = new LeftFiles();
  readonly asked: ContinuedCapture[] = [];
  /** What the media path answers to a take-up, and how long it takes. */
  answer: (requests: readonly ContinuedCapture[]) => Promise<CapturesResumed>;
  isStuck = false;
  readonly under: ControlUnderTest;
  readonly recovery: NodeRecovery;

  constructor(under: ControlUnderTest) {
    this.under = under;
    const real = under.media.resume.bind(under.media);
    this.answer = real;
    under.media.resume = (requests) => {
      this.asked.push(...requests);
      return this.answer(requests);
    };
    this.recovery = new NodeRecovery({
      control: under.context,
      blobs: new MemoryBlobs(),
      folder: this.folder,
      breathe: () => (this.isStuck ? new Promise<void>(() => undefined) : Promise.resolve()),
    });
  }

  /** Where the chains of the captures stand that were taken up last. */
  chains(count: number): readonly (readonly [number, string])[] {
    return this.asked
      .slice(-count)
      .map(({ continues: { nextSegmentNumber, previousTag } }) => [nextSegmentNumber, previousTag]);
  }
}

function idsOf({ streams }: SessionStarted): readonly StreamId[] {
  return streams.map(({ streamId }) => streamId);
}

function segmentOf(under: ControlUnderTest, recordingId: RecordingId, streamId: StreamId, number: number) {
  const from = instant(under.clock.now() + number * 1_000);
  const facts = { unitCount: 50, chunkCount: 2, bytes: 8_000, sha256: 'a'.repeat(64), wrappedKey: 'a2V5' };
  const descriptor: SegmentDescriptor = {
    id: under.ids.next<SegmentId>(),
    recordingId,
    streamId,
    number,
    captured: { from, to: instant(from + 900) },
    lastTag: String(number).repeat(32),
    blobName: `${recordingId}/${streamId}-${number}`,
    ...facts,
  };
  return descriptor;
}

test('a worker that dies before its file tells of what it took up leaves that to the file of the one before', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const struck = new Struck(under);
  struck.folder.files.set('run-1w1-000001.spool', liveFile(started, under.clock.now(), 3));
  struck.isStuck = true;
  void struck.recovery.takeUpLost('run-1w1', idsOf(started));
  await under.quiet();
  assert.deepEqual(struck.chains(2), [
    [3, someTag],
    [3, someTag],
  ]);
  struck.folder.files.set('run-1w3-000001.spool', Buffer.alloc(0));
  void struck.recovery.takeUpLost('run-1w3', idsOf(started));
  await under.quiet();
  assert.equal(struck.asked.length, 4);
  assert.deepEqual(struck.chains(2), [
    [3, someTag],
    [3, someTag],
  ]);
});

test('a file that broke off as it began is not taken for the end of its run', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const struck = new Struck(under);
  const whole = liveFile(started, under.clock.now(), 7);
  struck.folder.files.set('run-1w1-000001.spool', liveFile(started, under.clock.now(), 2));
  struck.folder.files.set('run-1w2-000001.spool', whole);
  struck.folder.files.set('run-1w2-000002.spool', liveFile(started, under.clock.now(), 9).subarray(0, 40));
  struck.isStuck = true;
  void struck.recovery.takeUpLost('run-1w1', []);
  await under.quiet();
  void struck.recovery.takeUpLost('run-1w2', idsOf(started));
  await under.quiet();
  assert.deepEqual(struck.chains(2), [
    [7, someTag],
    [7, someTag],
  ]);
});

test('a chain never begins anew: a second segment of the same number would take the place of the first', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const struck = new Struck(under);
  const { recordingId } = started;
  const [first = assert.fail(), second = assert.fail()] = idsOf(started);
  const segments = [0, 2, 1].map((number) => segmentOf(under, recordingId, first, number));
  await under.context.store.commit({ segments });
  await struck.recovery.takeUpLost('run-1w1', [first, second]);
  assert.deepEqual(struck.chains(2), [
    [3, '2'.repeat(32)],
    [0, '0'.repeat(32)],
  ]);
});

test('what a capture missed that could not be taken up is told until it is known to have failed', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const struck = new Struck(under);
  const lastAt = under.clock.now();
  struck.folder.files.set('run-1w1-000001.spool', liveFile(started, lastAt, 1));
  struck.answer = async (requests) => {
    await under.clock.pass(10_000);
    return { started: [], failed: requests.map(({ streamId }) => streamId) };
  };
  await under.clock.pass(1_000);
  const count = await under.passUntil(struck.recovery.takeUpLost('run-1w1', idsOf(started)));
  await under.quiet();
  assert.equal(count, 0);
  for (const stream of (await under.recording(started.recordingId)).streams) {
    const failedAt = stream.failed?.at ?? assert.fail('the stream has not failed');
    assert.ok(failedAt >= lastAt + 11_000);
    const { intervals } = await under.context.store.timelineOf(stream.id);
    assert.deepEqual(
      intervals.map(({ kind, from, to }) => [kind, from - lastAt < 0.01, to]),
      [['lost', true, failedAt]],
    );
  }
});
