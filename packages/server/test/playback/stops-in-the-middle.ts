/** A program of its own: begins a transcode, stops in the middle of it, and has to end by itself. */
import { ManualClock } from '@tacet/testkit';
import type { PlaybackPlan } from '../../src/control/index.ts';
import type { Ffmpeg } from '../../src/playback/find-ffmpeg.ts';
import { PlaybackHost } from '../../src/playback/playback-host.ts';

export interface Given {
  readonly dataDir: string;
  readonly ffmpeg: Ffmpeg;
  readonly plan: PlaybackPlan;
}

const { plan, ...settings } = JSON.parse(process.argv[2] ?? '') as Given;
const host = new PlaybackHost({ ...settings, clock: new ManualClock() });
host.prepare(plan, { format: 'MP3', gap: 'silence' });
// Whoever started us says when.
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.destroy();
await host[Symbol.asyncDispose]();
