/** Encodes with ffmpeg: a process for each result, sound in and out through pipes, nothing on a disk (P10). */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '@tacet/domain';
import { mp3InfoFrame } from '@tacet/wire/container';
import { bareEnvironment } from './find-ffmpeg.ts';
import { playbackLimits } from './playback-limits.ts';
import type { FfmpegPorts } from './run-ffmpeg.ts';
import { transcodeRows } from './transcode-formats.ts';
import type { Transcoder, TranscodeTarget } from './transcoder.ts';

type Pieces = AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;
type Encoder = ChildProcessByStdio<Writable, Readable, Readable>;

const quietly = ['-hide_banner', '-loglevel', 'error'];
/** The same sound gives the same bytes: a reader may go on in a result that was made anew. */
const repeatably = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact', '-threads', '1'];

function start({ program }: FfmpegPorts, { format, sound }: TranscodeTarget, signal: AbortSignal): Encoder {
  const encoding = transcodeRows[format].argumentsFor(sound);
  const words = [...quietly, '-f', 'wav', '-i', 'pipe:0', ...repeatably, ...encoding, 'pipe:1'];
  const encoder = spawn(program, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: bareEnvironment(),
    signal,
    killSignal: 'SIGKILL',
  });
  // What went wrong shows in how it ended.
  encoder.on('error', () => undefined);
  try {
    // Live calls come first.
    if (encoder.pid !== undefined) setPriority(encoder.pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already.
  }
  return encoder;
}

/** The first words that a program writes on its error output. */
function complaintsOf(output: Readable): () => string {
  let said = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, playbackLimits.complaintCharactersMax);
  });
  return () => said.replace(/\s+/g, ' ').trim();
}

/** What ffmpeg makes of the sound; ends only when all of it was read and ffmpeg is content. */
async function* encoded(
  ports: FfmpegPorts,
  target: TranscodeTarget,
  wav: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Pieces {
  const encoder = start(ports, target, signal);
  const ended = new Promise<number | null>((resolve) => encoder.once('close', resolve));
  const complaints = complaintsOf(encoder.stderr);
  let flaw: unknown;
  const fed = pipeline(Readable.from(wav, { objectMode: false }), encoder.stdin).catch((error: unknown) => {
    // Rule: sound that fails on its way ends the transcode, and never shortens it
    flaw = error;
    encoder.kill('SIGKILL');
  });
  try {
    for await (const bytes of encoder.stdout) yield new Uint8Array(bytes as Buffer);
    await fed;
    const code = await ended;
    if (flaw instanceof Fault) throw flaw;
    if (signal.aborted) throw new Fault('stopping');
    if (flaw === undefined && code === 0) return;
    ports.onTrouble(`ffmpeg ended with ${code}: ${complaints()}`);
    throw new Fault('mediaUnavailable', { what: 'ffmpeg' });
  } finally {
    encoder.kill('SIGKILL');
    await ended;
  }
}

/** @throws Fault mediaUnavailable when there is more than may be kept. */
async function* bounded(pieces: Pieces): Pieces {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > playbackLimits.resultBytesMax) throw new Fault('mediaUnavailable', { what: 'size' });
    yield piece;
  }
}

/** Puts the frame first that tells how long the sound is, and how much of it is the encoder's. */
async function* withInfoFrame(pieces: Pieces, sampleCount: number): Pieces {
  const sound: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of pieces) sound.push(piece);
  const [first = new Uint8Array()] = sound;
  const dataBytes = sound.reduce((bytes, piece) => bytes + piece.length, 0);
  const info = mp3InfoFrame(first, { dataBytes, sampleCount });
  if (!info.ok) throw new Fault('mediaUnavailable', { what: info.fault.code });
  yield info.value;
  yield* sound;
}

export function ffmpegTranscoder(ports: FfmpegPorts): Transcoder {
  return {
    transcode(wav, target, signal) {
      const pieces = bounded(encoded(ports, target, wav, signal));
      return target.format === 'MP3' ? withInfoFrame(pieces, target.sound.frameCount) : pieces;
    },
  };
}
