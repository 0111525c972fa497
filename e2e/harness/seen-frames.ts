/** What a recording of pictures shows, as ffmpeg decodes it: the colour of the middle and of the card's bar, ten times a second. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const framesPerSecond = 10;
const width = 64;
const height = 36;

type Rgb = readonly [red: number, green: number, blue: number];

/** What a frame is, as far as tests paint. */
export type Seen = 'red' | 'green' | 'blue' | 'card' | 'other';

function at(frame: Buffer, x: number, y: number): Rgb {
  const place = (y * width + x) * 3;
  return [frame[place] ?? 0, frame[place + 1] ?? 0, frame[place + 2] ?? 0];
}

function colourOf([red, green, blue]: Rgb): Seen {
  const most = Math.max(red, green, blue);
  if (most < 90) return 'other';
  const strong = ([red, green, blue] as const).map((value) => value > most * 0.6);
  const names = ['red', 'green', 'blue'] as const;
  return strong.filter(Boolean).length === 1 ? (names[strong.indexOf(true)] ?? 'other') : 'other';
}

/** Dark grey beside a light bar, where the card has them. */
function isCard(frame: Buffer): boolean {
  const [edge, bar, between] = [at(frame, 8, 18), at(frame, 27, 18), at(frame, 32, 18)];
  const isGrey = (rgb: Rgb, from: number, to: number): boolean => rgb.every((value) => value >= from && value <= to);
  return isGrey(edge, 30, 70) && isGrey(bar, 170, 240) && isGrey(between, 30, 90);
}

/** One for each tenth of a second, from the recording's start. */
export async function seenFrames(path: string): Promise<readonly Seen[]> {
  const filter = `fps=${framesPerSecond}:start_time=0,scale=${width}:${height}`;
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-map', '0:v:0', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    { encoding: 'buffer', maxBuffer: 268_435_456 },
  );
  const bytes = width * height * 3;
  return Array.from({ length: Math.floor(stdout.length / bytes) }, (_, n) => {
    const frame = stdout.subarray(n * bytes, (n + 1) * bytes);
    return isCard(frame) ? 'card' : colourOf(at(frame, 32, 18));
  });
}
