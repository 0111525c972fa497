/** Calls of tones at known places, and where tones are in decoded sound. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeG711 } from '@tacet/wire/codec';
import type { Voice } from './stored-recording.ts';

const rate = 8_000;

/** From and to in ms. */
export type Span = readonly [fromMs: number, toMs: number];

/** A voice that sounds in the spans and is silent between them. */
export function toneVoice(hertz: number, spans: readonly Span[]): Voice {
  const isHeard = (ms: number): boolean => spans.some(([from, to]) => ms >= from && ms < to);
  return (packet) => {
    const samples = Int16Array.from({ length: 160 }, (_, place) => {
      const frame = packet * 160 + place;
      return isHeard(frame / 8) ? Math.round(8_000 * Math.sin((2 * Math.PI * hertz * frame) / rate)) : 0;
    });
    return encodeG711('pcmu', samples);
  };
}

/** What another program hears in a file: its channels at 8 kHz. */
export function decoded(file: Uint8Array): readonly Int16Array[] {
  const probed = tool('ffprobe', ['-show_entries', 'stream=channels', '-of', 'csv=p=0'], file);
  const channelCount = Number.parseInt(probed.toString(), 10);
  const pcm = tool('ffmpeg', ['-f', 's16le', '-ar', `${rate}`, 'pipe:1'], file);
  const frames = Math.floor(pcm.length / 2 / channelCount);
  return Array.from({ length: channelCount }, (_, channel) =>
    Int16Array.from({ length: frames }, (__, frame) => pcm.readInt16LE((frame * channelCount + channel) * 2)),
  );
}

/** What the head of a file says of its length. */
export function durationMs(file: Uint8Array): number {
  const said = tool('ffprobe', ['-show_entries', 'format=duration', '-of', 'csv=p=0'], file);
  return Number(said.toString()) * 1_000;
}

export function codecOf(file: Uint8Array): string {
  const entries = ['-show_entries', 'format=format_name:stream=codec_name', '-of', 'csv=p=0'];
  return tool('ffprobe', entries, file).toString().trim().split('\n').sort().join(' ');
}

/** Lengths and ends show only in files that can be read from both sides. */
function tool(program: string, words: readonly string[], file: Uint8Array): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-decoded-'));
  try {
    const path = join(folder, 'media');
    writeFileSync(path, file);
    const all = ['-loglevel', 'error', '-i', path, ...words];
    const { status, stdout, stderr } = spawnSync(program, all, { maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`${program}: ${status} ${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const windowFrames = 40;

/** Mean loudness of each 5 ms. */
function envelope(samples: Int16Array): readonly number[] {
  return Array.from({ length: Math.ceil(samples.length / windowFrames) }, (_, place) => {
    const window = samples.subarray(place * windowFrames, (place + 1) * windowFrames);
    return Math.sqrt(window.reduce((sum, sample) => sum + sample ** 2, 0) / window.length);
  });
}

/** Where it is loud, in ms; what is apart by less than 30 ms is one. */
export function loudSpans(samples: Int16Array, above: number): readonly Span[] {
  const spans: [number, number][] = [];
  for (const [place, loudness] of envelope(samples).entries()) {
    if (loudness < above) continue;
    const last = spans.at(-1);
    if (last !== undefined && place * 5 - last[1] < 30) last[1] = place * 5 + 5;
    else spans.push([place * 5, place * 5 + 5]);
  }
  return spans;
}

/** The loudest 5 ms within a span. */
export function loudest(samples: Int16Array, [fromMs, toMs]: Span): number {
  return Math.max(0, ...envelope(samples.subarray(fromMs * 8, toMs * 8)));
}
