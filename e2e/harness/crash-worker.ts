/**
 * Loaded before a server that a test starts: a media worker dies as by a defect of its own when a file with its number
 * appears. The product has no such door.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, workerData } from 'node:worker_threads';

const lookMs = 20;

/** Media workers are numbered in the order in which they were started, those that replace others included. */
function numberOf(data: unknown): string | undefined {
  const prefix = (data as { readonly spoolPrefix?: unknown } | null)?.spoolPrefix;
  return typeof prefix === 'string' ? /w(\d+)$/.exec(prefix)?.[1] : undefined;
}

const folder = process.env['CRASH_WORKER_FOLDER'];
const number = isMainThread ? undefined : numberOf(workerData);
if (folder !== undefined && number !== undefined) {
  const trigger = join(folder, number);
  setInterval(() => {
    if (!existsSync(trigger)) return;
    rmSync(trigger);
    throw new Error('a test brings this worker down');
  }, lookMs).unref();
}
