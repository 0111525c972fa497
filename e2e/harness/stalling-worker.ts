/** Loaded into a server by `--import`: its media workers stand still, event loop and all, for as long as a file is there. */
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env['E2E_STALL_FILE'] ?? '';
const still = new Int32Array(new SharedArrayBuffer(4));
/** Longer is a defect of the test, and nothing may hang for ever. */
const stallMsMax = 30_000;

function stall(): void {
  const until = performance.now() + stallMsMax;
  while (existsSync(file) && performance.now() < until) Atomics.wait(still, 0, 0, 20);
}

if (!isMainThread && file !== '') setInterval(stall, 20).unref();
