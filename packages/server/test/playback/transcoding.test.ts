/** Transcodes through the worker: when they fail, when they are ended, and that nothing is left of them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault, type FaultCode } from '@tacet/domain';
import { ManualClock, settled } from '@tacet/testkit';
import type { PlaybackPlan } from '../../src/control/index.ts';
import { findFfmpeg } from '../../src/playback/find-ffmpeg.ts';
import { PlaybackHost, type PlaybackHostSettings } from '../../src/playback/playback-host.ts';
import { playbackLimits } from '../../src/playback/playback-limits.ts';
import { transcodeRows } from '../../src/playback/transcode-formats.ts';
import { ended, fakeFfmpeg, isRunning } from './fake-ffmpeg.ts';
import { bytesOf, made } from './made.ts';
import type { Given } from './stops-in-the-middle.ts';
import { dataFolder, storeRecording } from './stored-recording.ts';

const wanted = { format: 'MP3', gap: 'silence' } as const;
const hangs = 'exec sleep 600';

function hostOf(settings: Omit<PlaybackHostSettings, 'clock'> & Partial<PlaybackHostSettings>): PlaybackHost {
  return new PlaybackHost({ clock: new ManualClock(), ...settings });
}

async function faultOf(work: () => unknown): Promise<FaultCode> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    return error.code;
  }
  return assert.fail('nothing went wrong');
}

function damage(dataDir: string, plan: PlaybackPlan): void {
  const path = join(dataDir, 'blobs', plan.segments.at(-1)?.blobName ?? '');
  const bytes = readFileSync(path);
  bytes[bytes.length - 300] = (bytes.at(-300) ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

test('sound that fails on its way ends the transcode, and never shortens it', async () => {
  using folder = dataFolder();
  const ffmpeg = (await findFfmpeg('ffmpeg')) ?? assert.fail();
  // Longer than a segment, so that most of it is encoded before the damage shows.
  const plan = await storeRecording(folder.dataDir, 90_000);
  damage(folder.dataDir, plan);
  await using host = hostOf({ ...folder, ffmpeg });
  for (const format of ffmpeg.formats) {
    assert.equal(await faultOf(() => made(host, plan, { ...wanted, format })), 'recordingDamaged');
    assert.equal(await faultOf(() => host.open(plan, { ...wanted, format })), 'recordingDamaged');
  }
});

test('a failed transcode is told to whoever asks within a while, and tried anew after it', async () => {
  using folder = dataFolder();
  using fake = fakeFfmpeg('exit 3');
  const clock = new ManualClock();
  const troubles: string[] = [];
  const plan = await storeRecording(folder.dataDir, 2_000);
  await using host = hostOf({ ...folder, clock, ffmpeg: fake.ffmpeg, onTrouble: (message) => troubles.push(message) });
  assert.equal(await faultOf(() => made(host, plan, wanted)), 'mediaUnavailable');
  assert.deepEqual(troubles, ['ffmpeg ended with 3: ']);
  clock.advance(playbackLimits.transcodeFailedMs - 1);
  assert.equal(await faultOf(() => host.prepare(plan, wanted)), 'mediaUnavailable');
  clock.advance(1);
  assert.equal(host.prepare(plan, wanted).isReady, false);
  await fake.started(2);
});

test('whatever an ffmpeg does wrong there is no result, and its words are reported', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 20_000);
  for (const [script, trouble] of [
    ['cat > /dev/null; echo sound; kill -9 $$', 'ffmpeg ended with null: '],
    ['cat > /dev/null; echo "no such  encoder" >&2; exit 1', 'ffmpeg ended with 1: no such encoder'],
    ['head -c 100 > /dev/null; echo sound; exit 0', 'ffmpeg ended with 0: '],
  ] as const) {
    using fake = fakeFfmpeg(script);
    const troubles: string[] = [];
    await using host = hostOf({ ...folder, ffmpeg: fake.ffmpeg, onTrouble: (message) => troubles.push(message) });
    assert.equal(await faultOf(() => made(host, plan, { ...wanted, format: 'OGG_OPUS' })), 'mediaUnavailable');
    assert.deepEqual(troubles, [trouble]);
  }
  await using host = hostOf({ ...folder, ffmpeg: { program: '/nowhere/ffmpeg', formats: ['MP3'] } });
  assert.equal(await faultOf(() => made(host, plan, wanted)), 'mediaUnavailable');
});

test('what is no MP3 is not given out as one', async () => {
  using folder = dataFolder();
  using fake = fakeFfmpeg('cat > /dev/null; echo sound');
  await using host = hostOf({ ...folder, ffmpeg: fake.ffmpeg });
  const plan = await storeRecording(folder.dataDir, 2_000);
  assert.equal(await faultOf(() => made(host, plan, wanted)), 'mediaUnavailable');
});

test('a result as large as may be is kept, and one that grows beyond that is given up', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 2_000);
  const limit = playbackLimits.resultBytesMax;
  for (const bytes of [limit, limit + 1]) {
    using fake = fakeFfmpeg(`cat > /dev/null; exec head -c ${bytes} /dev/zero`);
    await using host = hostOf({ ...folder, ffmpeg: fake.ffmpeg });
    const work = made(host, plan, { ...wanted, format: 'WEBM' });
    if (bytes === limit) assert.equal((await work).bytes.length, limit);
    else assert.equal(await faultOf(() => work), 'mediaUnavailable');
    await ended(fake.pids());
  }
});

test('a recording that is too long for a format is refused before it is encoded', async () => {
  using folder = dataFolder();
  using fake = fakeFfmpeg(hangs);
  await using host = hostOf({ ...folder, ffmpeg: fake.ffmpeg });
  const plan = await storeRecording(folder.dataDir, 1_000);
  const lasting = (seconds: number): PlaybackPlan => {
    const { from } = plan.stretch;
    return { ...plan, stretch: { from, to: (from + seconds * 1_000) as typeof from } };
  };
  const longest = Math.floor(playbackLimits.resultBytesMax / transcodeRows.MP3.bytesPerSecond);
  assert.equal(await faultOf(() => host.prepare(lasting(longest + 1), wanted)), 'formatUnavailable');
  assert.equal(host.prepare(lasting(longest), wanted).isReady, false);
  assert.equal(host.prepare(lasting(longest + 1), { ...wanted, format: 'WAV' }).isReady, true);
});

test('the process of a transcode that nobody asks for any more ends', async () => {
  using folder = dataFolder();
  using fake = fakeFfmpeg(hangs);
  const clock = new ManualClock();
  const plan = await storeRecording(folder.dataDir, 20_000);
  await using host = hostOf({ ...folder, clock, ffmpeg: fake.ffmpeg });
  host.prepare(plan, wanted);
  await fake.started(1);
  clock.advance(playbackLimits.transcodeWantedMs - 1);
  host.prepare(plan, wanted);
  clock.advance(playbackLimits.transcodeWantedMs - 1);
  await settled();
  assert.ok(fake.pids().every(isRunning), 'somebody asked again in time');
  clock.advance(1);
  await ended(fake.pids());
});

test('a transcode that hangs is ended and fails', async () => {
  using folder = dataFolder();
  using fake = fakeFfmpeg(hangs);
  const clock = new ManualClock();
  const plan = await storeRecording(folder.dataDir, 20_000);
  await using host = hostOf({ ...folder, clock, ffmpeg: fake.ffmpeg });
  const waiting = faultOf(() => made(host, plan, wanted));
  await fake.started(1);
  for (let ms = 0; ms < playbackLimits.transcodeMs; ms += 30_000) {
    host.prepare(plan, wanted);
    clock.advance(30_000);
  }
  assert.equal(await waiting, 'mediaUnavailable');
  await ended(fake.pids());
});

test('a host that stops ends the processes it started before it says so', async () => {
  using folder = dataFolder();
  using fake = fakeFfmpeg(hangs);
  const host = hostOf({ ...folder, ffmpeg: fake.ffmpeg });
  const plan = await storeRecording(folder.dataDir, 20_000);
  const waiting = faultOf(() => made(host, plan, wanted));
  await fake.started(1);
  await host[Symbol.asyncDispose]();
  assert.ok(!fake.pids().some(isRunning));
  assert.equal(await waiting, 'stopping');
  assert.equal(await faultOf(() => host.prepare(plan, wanted)), 'stopping');
});

test('a process that stops in the middle of a transcode ends by itself, and so does its ffmpeg', async () => {
  using folder = dataFolder();
  using fake = fakeFfmpeg(hangs);
  const plan = await storeRecording(folder.dataDir, 20_000);
  const given: Given = { dataDir: folder.dataDir, ffmpeg: fake.ffmpeg, plan };
  const program = spawn(
    process.execPath,
    [join(import.meta.dirname, 'stops-in-the-middle.ts'), JSON.stringify(given)],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
    },
  );
  const exit = once(program, 'exit');
  await fake.started(1);
  program.stdin?.end('stop');
  assert.deepEqual(await exit, [0, null]);
  assert.equal(fake.pids().length, 1);
  await ended(fake.pids());
});

test('a range of a result is that part of it, wherever it begins and ends', async () => {
  using folder = dataFolder();
  const ffmpeg = (await findFfmpeg('ffmpeg')) ?? assert.fail();
  await using host = hostOf({ ...folder, ffmpeg });
  const plan = await storeRecording(folder.dataDir, 30_000);
  const { bytes } = await made(host, plan, wanted);
  const { read, lengthBytes } = await host.open(plan, wanted);
  assert.ok(bytes.length > 80_000, 'more than one piece');
  for (const [from, to] of [
    [0, 1],
    [0, lengthBytes],
    [1, 70_000],
    [65_535, 65_537],
    [lengthBytes - 1, lengthBytes],
    [500, 500],
  ] as const) {
    assert.ok((await bytesOf(read(from, to))).equals(bytes.subarray(from, to)), `${from} to ${to}`);
  }
});

test('without ffmpeg there is WAV in both encodings and nothing else', async () => {
  using folder = dataFolder();
  await using host = hostOf(folder);
  const plan = await storeRecording(folder.dataDir, 1_000);
  assert.deepEqual(host.formats, ['WAV', 'WAV_ULAW']);
  assert.equal(await faultOf(() => host.prepare(plan, wanted)), 'formatUnavailable');
  assert.equal(await faultOf(() => host.open(plan, wanted)), 'formatUnavailable');
  for (const format of ['WAV', 'WAV_ULAW'] as const) {
    const { bytes, tookMs } = await made(host, plan, { format, gap: 'silence' });
    assert.equal(tookMs, 0);
    assert.equal(bytes.length, format === 'WAV' ? 44 + 16_000 : 58 + 8_000);
  }
});
