/** Looks once, at the start, for an ffmpeg and for what it can encode. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { playbackLimits } from './playback-limits.ts';
import { type TranscodedFormat, transcodedFormats, transcodeRows } from './transcode-formats.ts';

export interface Ffmpeg {
  /** As it is started: a path, or a name to look for on the `PATH`. */
  readonly program: string;
  readonly formats: readonly TranscodedFormat[];
}

/** All that a program of somebody else's needs to know of our environment, which holds secrets. */
export function bareEnvironment(): { readonly [name: string]: string } {
  const { PATH = '' } = process.env;
  return { PATH };
}

/** @returns `undefined` when it cannot be started, or can encode nothing that we offer. */
export async function findFfmpeg(program: string): Promise<Ffmpeg | undefined> {
  const options = { timeout: playbackLimits.probeMs, env: bareEnvironment() };
  const listed = await promisify(execFile)(program, ['-hide_banner', '-encoders'], options).catch(() => undefined);
  // A line of the list: six flags, of which the first is the medium, and the name.
  const encoders = new Set(Array.from(listed?.stdout.matchAll(/^ A\S{5} (\S+)/gm) ?? [], ([, name]) => name));
  const formats = transcodedFormats.filter((format) => encoders.has(transcodeRows[format].encoder));
  return formats.length === 0 ? undefined : { program, formats };
}
