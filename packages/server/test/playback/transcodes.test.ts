/** Transcodes take turns, are shared, and their results are kept for a while. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, type FaultCode, type RecordingId } from '@tacet/domain';
import { ManualClock, settled } from '@tacet/testkit';
import type { PreparedMedia } from '../../src/http/ports.ts';
import { KeptResults } from '../../src/playback/kept-results.ts';
import { playbackLimits } from '../../src/playback/playback-limits.ts';
import { type TranscodeOrder, Transcodes } from '../../src/playback/transcodes.ts';
import { bytesOf } from './made.ts';

/** Ten seconds of one channel. */
const order = {
  plan: { recording: { id: '00000000-0000-4000-8000-00000000000e' } },
  target: { format: 'MP3', sound: { channelCount: 1, frameCount: 80_000, rate: 8_000 } },
} as unknown as TranscodeOrder;

/** An encoder in the test's hands. */
interface Started {
  /** Hands over the result in one piece and ends. */
  readonly finish: (bytes?: number) => Promise<void>;
  readonly fail: (fault: Fault) => Promise<void>;
  endedBy: FaultCode | undefined;
}

interface Under {
  readonly transcodes: Transcodes;
  readonly clock: ManualClock;
  readonly started: Started[];
}

function underTest(): Under {
  const clock = new ManualClock();
  const started: Started[] = [];
  const transcodes = new Transcodes({
    clock,
    make: () => {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      promise.catch(() => undefined);
      const one: Started = {
        finish: async (bytes = 100) => {
          resolve(new Uint8Array(bytes));
          await settled();
        },
        fail: async (fault) => {
          reject(fault);
          await settled();
        },
        endedBy: undefined,
      };
      started.push(one);
      let count = 0;
      return {
        next: () => (count++ === 0 ? promise : Promise.resolve(undefined)),
        end: (fault) => {
          one.endedBy = fault.code;
          reject(fault);
        },
      };
    },
  });
  return { transcodes, clock, started };
}

function codeOf(prepare: () => PreparedMedia): FaultCode | 'ready' | 'pending' {
  try {
    return prepare().isReady ? 'ready' : 'pending';
  } catch (error) {
    assert.ok(error instanceof Fault);
    return error.code;
  }
}

test('no more transcodes run at a time than may', async () => {
  const { transcodes, started } = underTest();
  using _ = transcodes;
  for (let n = 0; n < playbackLimits.transcodesMax + 2; n += 1) transcodes.prepare(`${n}`, order);
  assert.equal(started.length, playbackLimits.transcodesMax);
  await started[0]?.finish();
  assert.equal(started.length, playbackLimits.transcodesMax + 1);
  await started[1]?.fail(new Fault('recordingDamaged'));
  assert.equal(started.length, playbackLimits.transcodesMax + 2);
});

test('those who want the same share one transcode, and find its result for as long as it is kept', async () => {
  const { transcodes, clock, started } = underTest();
  using _ = transcodes;
  const first = transcodes.prepare('a', order);
  assert.ok(!first.isReady);
  assert.equal(
    codeOf(() => transcodes.prepare('a', order)),
    'pending',
  );
  clock.advance(500);
  await started[0]?.finish(1_000);
  await first.changed;
  assert.deepEqual(transcodes.prepare('a', order), { isReady: true, lengthBytes: 1_000, tookMs: 500 });
  clock.advance(playbackLimits.keptMs - 1);
  assert.equal(
    codeOf(() => transcodes.prepare('a', order)),
    'ready',
  );
  clock.advance(playbackLimits.keptMs);
  assert.equal(transcodes.kept.bytes, 0, 'nobody came for it in time');
  assert.equal(
    codeOf(() => transcodes.prepare('a', order)),
    'pending',
  );
  assert.equal(started.length, 2);
});

test('an estimate becomes what was seen', async () => {
  const { transcodes, clock, started } = underTest();
  using _ = transcodes;
  assert.partialDeepStrictEqual(transcodes.prepare('a', order), { estimatedMs: 250 });
  clock.advance(2_000);
  await started[0]?.finish();
  assert.partialDeepStrictEqual(transcodes.prepare('b', order), { estimatedMs: 2_000 });
});

test('one transcode too many is refused before it costs anything', async () => {
  const { transcodes, started } = underTest();
  using _ = transcodes;
  for (let n = 0; n < playbackLimits.transcodesWaitingMax; n += 1) transcodes.prepare(`${n}`, order);
  assert.equal(
    codeOf(() => transcodes.prepare('one more', order)),
    'mediaUnavailable',
  );
  assert.equal(
    codeOf(() => transcodes.prepare('7', order)),
    'pending',
    'known ones are not refused',
  );
  await started[0]?.finish();
  assert.equal(
    codeOf(() => transcodes.prepare('one more', order)),
    'pending',
  );
});

test('a transcode that nobody asks for any more is ended', async () => {
  const { transcodes, clock, started } = underTest();
  using _ = transcodes;
  for (const key of ['a', 'b', 'waits']) transcodes.prepare(key, order);
  clock.advance(playbackLimits.transcodeWantedMs - 1);
  transcodes.prepare('a', order);
  const { changed } = transcodes.prepare('waits', order) as { readonly changed: Promise<void> };
  clock.advance(1);
  await settled();
  assert.deepEqual(
    started.map(({ endedBy }) => endedBy),
    [undefined, 'mediaUnavailable', undefined],
    'the one that waited has its turn now',
  );
  clock.advance(playbackLimits.transcodeWantedMs);
  await changed;
  assert.equal(started[0]?.endedBy, 'mediaUnavailable');
  assert.equal(clock.nextTimerAt, undefined, 'nothing is left of them');
});

test('one that ends while its result is on the way keeps nothing, and may be asked for again', async () => {
  const { transcodes, clock, started } = underTest();
  using _ = transcodes;
  transcodes.prepare('a', order);
  clock.advance(playbackLimits.transcodeWantedMs);
  assert.equal(
    codeOf(() => transcodes.prepare('a', order)),
    'pending',
  );
  await started[0]?.finish();
  assert.equal(transcodes.kept.bytes, 0);
  await started[1]?.finish();
  assert.equal(
    codeOf(() => transcodes.prepare('a', order)),
    'ready',
  );
});

test('when it stops every transcode ends and no timer is left', async () => {
  const { transcodes, clock, started } = underTest();
  for (const key of ['a', 'b', 'c', 'd']) transcodes.prepare(key, order);
  await started[0]?.finish();
  transcodes[Symbol.dispose]();
  await settled();
  assert.deepEqual(
    started.map(({ endedBy }) => endedBy),
    [undefined, 'stopping', 'stopping'],
    'and none of those that waited is begun',
  );
  assert.equal(clock.nextTimerAt, undefined);
  assert.equal(
    codeOf(() => transcodes.prepare('a', order)),
    'stopping',
  );
});

const freshRecording = '00000000-0000-4000-8000-00000000000e' as RecordingId;

function result(bytes: number): Parameters<KeptResults['add']>[1] {
  return { recordingId: freshRecording, pieces: [new Uint8Array(bytes)], lengthBytes: bytes, tookMs: 1 };
}

test('results that are kept take no more memory than they may, and the oldest one goes first', () => {
  using kept = new KeptResults(new ManualClock());
  const third = playbackLimits.keptBytesMax / 3;
  for (const key of ['a', 'b', 'c']) kept.add(key, result(third));
  assert.ok(kept.find('a'));
  assert.equal(kept.bytes, playbackLimits.keptBytesMax);
  kept.add('d', result(1));
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => kept.find(key) !== undefined),
    [true, false, true, true],
    'the one that was read longest ago',
  );
  kept.add('d', result(2));
  assert.equal(kept.bytes, 2 * third + 2);
});

test('a reader whose result had to make room is told so', async () => {
  using kept = new KeptResults(new ManualClock());
  const pieces = [new Uint8Array(10), new Uint8Array(10)];
  kept.add('a', { recordingId: freshRecording, pieces, lengthBytes: 20, tookMs: 1 });
  const reader = kept.read('a', 5, 15);
  assert.equal((await reader.next()).value?.length, 5);
  kept.add('b', result(playbackLimits.keptBytesMax));
  await assert.rejects(reader.next(), (error) => error instanceof Fault && error.code === 'mediaUnavailable');
});

test('what was made of a recording is forgotten with it, and nothing else', () => {
  using kept = new KeptResults(new ManualClock());
  kept.add('a', result(1));
  kept.add('b', { ...result(2), recordingId: '00000000-0000-4000-8000-00000000000f' as RecordingId });
  kept.forget(freshRecording);
  assert.deepEqual([kept.find('a'), kept.bytes], [undefined, 2]);
});

test('results are forgotten one by one, each in its time', async () => {
  const clock = new ManualClock();
  using kept = new KeptResults(clock);
  kept.add('a', result(1));
  clock.advance(1_000);
  kept.add('b', result(2));
  clock.advance(playbackLimits.keptMs - 1_000);
  assert.equal(kept.bytes, 2);
  await bytesOf(kept.read('b', 0, 2));
  clock.advance(playbackLimits.keptMs);
  assert.equal(kept.bytes, 0);
  assert.equal(clock.nextTimerAt, undefined);
});
