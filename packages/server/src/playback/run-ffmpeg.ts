/** One ffmpeg, fed and read through pipes, nothing on a disk (P10). */
import { spawn } from 'node:child_process';
import { Fault } from '@tacet/domain';
import { bareEnvironment } from './find-ffmpeg.ts';
import { playbackLimits } from './playback-limits.ts';

export interface FfmpegPorts {
  /** As `findFfmpeg` found it. */
  readonly program: string;
  /** Hears what a failed ffmpeg complained about; it knows nothing of a conversation but its sound. */
  readonly onTrouble: (message: string) => void;
}

/** What it writes, at most a segment's sound. @throws Fault mediaUnavailable when it fails. */
export async function runFfmpeg(ports: FfmpegPorts, words: readonly string[], input: Buffer): Promise<Buffer> {
  const child = spawn(ports.program, ['-hide_banner', '-loglevel', 'error', ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: bareEnvironment(),
    timeout: playbackLimits.decodeMsMax,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, playbackLimits.complaintCharactersMax);
  });
  child.stdin.end(input);
  const pieces: Buffer[] = [];
  for await (const piece of child.stdout) pieces.push(piece as Buffer);
  const code = await ended;
  if (code === 0) return Buffer.from(Buffer.concat(pieces));
  ports.onTrouble(`ffmpeg ended with ${code}: ${said.replace(/\s+/g, ' ').trim()}`);
  throw new Fault('mediaUnavailable', { what: 'ffmpeg' });
}
