/** How fast a recording becomes a compressed file: seconds of a two-channel call per second, beside a bare ffmpeg. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeG711 } from '@tacet/wire/codec';
import type { PlaybackPlan } from '../packages/server/src/control/index.ts';
import { findFfmpeg } from '../packages/server/src/playback/find-ffmpeg.ts';
import { PlaybackHost } from '../packages/server/src/playback/playback-host.ts';
import { transcodedFormats, transcodeRows } from '../packages/server/src/playback/transcode-formats.ts';
import { steadyClock, takeEpoch } from '../packages/server/src/steady-clock.ts';
import { made } from '../packages/server/test/playback/made.ts';
import { dataFolder, storeCall, type Voice } from '../packages/server/test/playback/stored-recording.ts';

const minutes = Number(process.argv[2] ?? 10);
const lengthMs = minutes * 60_000;
const pause = { fromMs: lengthMs / 2, toMs: lengthMs / 2 + 10_000 };

/** Something like speech: overtones in syllables, for five seconds, and then it is the other's turn. */
function speaker(hertz: number, turn: number): Voice {
  const packets = Array.from({ length: 250 }, (_, packet) => {
    const samples = Int16Array.from({ length: 160 }, (__, place) => {
      const seconds = (packet * 160 + place) / 8_000;
      const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * seconds)) * 4_000;
      const overtones = [1, 2, 3, 5, 8, 13, 19];
      return syllable * overtones.reduce((sum, n) => sum + Math.sin(2 * Math.PI * hertz * n * seconds) / n, 0);
    });
    return encodeG711('pcmu', samples);
  });
  const silence = encodeG711('pcmu', new Int16Array(160));
  return (number) => (Math.floor(number / 250) % 2 === turn ? (packets[number % 250] ?? silence) : silence);
}

function print(what: string, seconds: number, more: string): void {
  const factor = Math.round(lengthMs / 1_000 / seconds).toLocaleString('en');
  console.log(`${what.padEnd(44)} ${factor.padStart(7)} times as fast as speech  ${more}`);
}

async function timed(work: () => unknown): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1_000;
}

/** The same encoder with the same settings, from a file into nothing. */
function bare(program: string, file: string, words: readonly string[]): void {
  const output = ['-hide_banner', '-loglevel', 'error', '-i', file, '-threads', '1', ...words, '-y', '/dev/null'];
  const { status } = spawnSync(program, output, { stdio: 'ignore' });
  if (status !== 0) throw new Error('ffmpeg failed');
}

async function measure(host: PlaybackHost, plan: PlaybackPlan, program: string, folder: string): Promise<void> {
  const file = join(folder, 'bare.wav');
  const wav = await made(host, plan, { format: 'WAV', gap: 'silence' });
  writeFileSync(file, wav.bytes);
  const sound = { channelCount: 2, rate: 8_000, frameCount: lengthMs * 8 };
  for (const format of transcodedFormats) {
    const alone = await timed(() => bare(program, file, transcodeRows[format].argumentsFor(sound)));
    let bytes = 0;
    const ours = await timed(async () => {
      bytes = (await made(host, plan, { format, gap: 'silence' })).bytes.length;
    });
    print(`${format}, bare ffmpeg`, alone, '');
    const size = `${((bytes * 60) / minutes / 1e6).toFixed(1)} MB an hour`;
    print(`${format}, from the sealed recording`, ours, `${(alone / ours).toFixed(2)} of bare, ${size}`);
  }
  const mulaw = await timed(() => made(host, plan, { format: 'WAV_ULAW', gap: 'silence' }));
  print('WAV_ULAW, rendered as it is read', mulaw, '');
}

using folder = dataFolder();
const ffmpeg = await findFfmpeg('ffmpeg');
if (ffmpeg === undefined) throw new Error('The bench needs ffmpeg.');
const plan = await storeCall(folder.dataDir, { voices: [speaker(120, 0), speaker(210, 1)], lengthMs, pause });
await using host = new PlaybackHost({ dataDir: folder.dataDir, clock: steadyClock(takeEpoch()), ffmpeg });
await measure(host, plan, ffmpeg.program, folder.dataDir);
