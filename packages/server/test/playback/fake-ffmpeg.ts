/** Programs in the place of ffmpeg that misbehave, and what becomes of their processes. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ffmpeg } from '../../src/playback/find-ffmpeg.ts';

export interface FakeFfmpeg extends Disposable {
  readonly ffmpeg: Ffmpeg;
  /** Ids of the processes that were started. */
  readonly pids: () => readonly number[];
  /** Resolves when so many were started. */
  readonly started: (count: number) => Promise<void>;
}

/** A script that leaves its process id behind, and then does as it is told. */
export function fakeFfmpeg(script: string): FakeFfmpeg {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-fake-ffmpeg-'));
  const program = join(folder, 'ffmpeg');
  writeFileSync(program, `#!/bin/sh\necho > '${folder}'/$$.pid\n${script}\n`);
  chmodSync(program, 0o700);
  const pids = (): readonly number[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.pid'))
      .map((name) => Number.parseInt(name, 10));
  return {
    ffmpeg: { program, formats: ['WEBM', 'OGG_OPUS', 'OGG_VORBIS', 'MP3'] },
    pids,
    started: async (count) => {
      while (pids().length < count) await delay(10);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Whether there is such a process that has not ended; one that nobody has buried yet has. */
export function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return false;
  try {
    return !/\) [ZX] /.test(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when none of the processes runs any more. */
export async function ended(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await delay(10);
}
