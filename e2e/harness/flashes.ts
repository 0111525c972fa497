/** When a recording flashes and when it sounds, as ffmpeg decodes it: how far its pictures and its sound lie apart. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const framesPerSecond = 50;
const samplesPerSecond = 8_000;
const windowMs = 10;
const brightMin = 200;
const loudMin = 2_000;

/** Beginnings of stretches in which a condition holds, in ms; what begins sooner than a second after another is part of it. */
function beginnings(holds: readonly boolean[], stepMs: number): readonly number[] {
  const found: number[] = [];
  holds.forEach((isSo, n) => {
    const at = n * stepMs;
    const last = found.at(-1);
    if (isSo && holds[n - 1] !== true && (last === undefined || at - last >= 1_000)) found.push(at);
  });
  return found;
}

async function decode(args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', ...args, '-'], { encoding: 'buffer', maxBuffer: 268_435_456 });
  return stdout;
}

/** When the pictures turn white, in ms from the recording's start. */
export async function flashesSeen(path: string): Promise<readonly number[]> {
  const filter = `fps=${framesPerSecond}:start_time=0,scale=1:1`;
  const greys = await decode(['-i', path, '-map', '0:v:0', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'gray']);
  return beginnings(
    [...greys].map((grey) => grey >= brightMin),
    1_000 / framesPerSecond,
  );
}

/** When tones begin, in ms from the recording's start. */
export async function tonesHeard(path: string): Promise<readonly number[]> {
  const filter = 'aresample=async=1:first_pts=0';
  const form = ['-ac', '1', '-ar', String(samplesPerSecond), '-f', 's16le'];
  const bytes = await decode(['-i', path, '-map', '0:a:0', '-af', filter, ...form]);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const perWindow = (samplesPerSecond * windowMs) / 1_000;
  const windows = Array.from({ length: Math.floor(samples.length / perWindow) }, (_, n) =>
    samples.subarray(n * perWindow, (n + 1) * perWindow).some((value) => Math.abs(value) >= loudMin),
  );
  return beginnings(windows, windowMs);
}
