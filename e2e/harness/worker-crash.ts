/** Brings down one media worker of a server under test, as a defect would. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from './programs.ts';
import { until } from './until.ts';

/** What a server has to be started with, so that its workers can be brought down. @param folder of the test's own. */
export function crashable(folder: string): Settings {
  mkdirSync(folder, { recursive: true });
  const preload = pathToFileURL(join(import.meta.dirname, 'crash-worker.ts')).href;
  return { NODE_OPTIONS: `--import=${preload}`, CRASH_WORKER_FOLDER: folder };
}

/**
 * @param number counts the workers in the order of their starts, from 1; one that replaces another gets the next.
 * @returns when it was told to, as wall time in ms; it dies at once.
 */
export async function crashWorker(folder: string, number: number): Promise<number> {
  const trigger = join(folder, String(number));
  const at = performance.timeOrigin + performance.now();
  writeFileSync(trigger, '');
  await until('the worker to die', () => !existsSync(trigger));
  return at;
}
