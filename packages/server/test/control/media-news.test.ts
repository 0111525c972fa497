/** What the media path tells is written down before the spool lets go of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Fault,
  instant,
  limits,
  type RecordingId,
  type SegmentDescriptor,
  type SegmentId,
  type StreamId,
  type StreamInterval,
} from '@tacet/domain';
import { takeMediaNews } from '../../src/control/index.ts';
import { ControlUnderTest } from './control-under-test.ts';

function segmentOf(under: ControlUnderTest, recordingId: RecordingId, streamId: StreamId): SegmentDescriptor {
  const from = under.clock.now();
  return {
    id: under.ids.next<SegmentId>(),
    recordingId,
    streamId,
    number: 0,
    captured: { from, to: instant(from + 1_000) },
    unitCount: 50,
    chunkCount: 2,
    bytes: 8_000,
    sha256: 'a'.repeat(64),
    lastTag: 'b'.repeat(32),
    wrappedKey: Buffer.from('key').toString('base64'),
    blobName: `${recordingId}/0.segment`,
  };
}

test('a stored segment is known to the store when the news is taken', async () => {
  await using under = new ControlUnderTest();
  const { recordingId, streams } = await under.startCall();
  const segment = segmentOf(under, recordingId, streams[0]?.streamId ?? assert.fail());
  await takeMediaNews(under.context, { kind: 'segmentStored', segment });
  assert.deepEqual(await under.context.store.segmentsOf(recordingId), [segment]);
});

test('what was not kept of a stream is in its timeline when the news is taken', async () => {
  await using under = new ControlUnderTest();
  const { streams } = await under.startCall();
  const streamId = streams[0]?.streamId ?? assert.fail();
  const from = under.clock.now();
  const intervals: readonly StreamInterval[] = [
    { kind: 'withheld', from, to: instant(from + 100), unitCount: 5 },
    { kind: 'lost', from: instant(from + 200), to: instant(from + 240), unitCount: 1, reason: 'network' },
  ];
  for (const interval of intervals) {
    await takeMediaNews(under.context, { kind: 'timelineGrown', timeline: { streamId, intervals: [interval] } });
  }
  assert.deepEqual((await under.context.store.timelineOf(streamId)).intervals, intervals);
});

test('while the store is down news is not taken: it is tried again until it is written down', async () => {
  await using under = new ControlUnderTest();
  const { recordingId, streams } = await under.startCall();
  const segment = segmentOf(under, recordingId, streams[0]?.streamId ?? assert.fail());
  under.faulty.failWhen(({ segments }) => segments !== undefined);
  let isTaken = false;
  const taking = takeMediaNews(under.context, { kind: 'segmentStored', segment }).then(() => {
    isTaken = true;
  });
  await under.quiet();
  await under.clock.pass(3 * limits.gateDeadlineMs);
  assert.equal(isTaken, false);
  assert.ok(under.reports.length >= 3);
  assert.deepEqual(await under.context.store.segmentsOf(recordingId), []);
  under.faulty.heal();
  await under.passUntil(taking, 100);
  assert.deepEqual(await under.context.store.segmentsOf(recordingId), [segment]);
});

test('a node that stops takes no news any more, so that the spool keeps what is not written down', async () => {
  await using under = new ControlUnderTest();
  const { recordingId, streams } = await under.startCall();
  const segment = segmentOf(under, recordingId, streams[0]?.streamId ?? assert.fail());
  under.faulty.onCommit = () => Promise.reject(new Fault('stopping'));
  await assert.rejects(takeMediaNews(under.context, { kind: 'segmentStored', segment }), { code: 'stopping' });
  assert.equal(under.clock.nextTimerAt, undefined);
});
