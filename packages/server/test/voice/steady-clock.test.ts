/** One clock for all threads of a process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { steadyClock, takeEpoch } from '../../src/steady-clock.ts';

test('instants are wall time, in order, and never go back', () => {
  const clock = steadyClock(takeEpoch());
  let before = clock.now();
  assert.ok(Math.abs(before - Date.now()) < 60_000);
  for (let count = 0; count < 10_000; count += 1) {
    const now = clock.now();
    assert.ok(now >= before);
    before = now;
  }
});

test('an instant taken in another thread stands between those taken before and after it here', async () => {
  const epoch = takeEpoch();
  const clock = steadyClock(epoch);
  const source = new URL('../../src/steady-clock.ts', import.meta.url).href;
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(${JSON.stringify(source)}).then(({ steadyClock }) => {
      const clock = steadyClock(workerData);
      parentPort.on('message', () => parentPort.postMessage(clock.now()));
      parentPort.postMessage('ready');
    });`;
  const worker = new Worker(program, { eval: true, workerData: epoch });
  try {
    await new Promise((resolve) => worker.once('message', resolve));
    for (let count = 0; count < 20; count += 1) {
      const before = clock.now();
      worker.postMessage('now');
      const there = await new Promise<number>((resolve) => worker.once('message', resolve));
      const later = clock.now();
      // The epoch is taken to a microsecond, and so is every instant.
      assert.ok(there >= before - 0.05 && there <= later + 0.05, `${before} ≤ ${there} ≤ ${later}`);
    }
  } finally {
    await worker.terminate();
  }
});

test('a task that is put off runs once, and not at all when it is cancelled', async () => {
  const clock = steadyClock(takeEpoch());
  const ran: string[] = [];
  clock.later(0, () => ran.push('cancelled'))();
  await new Promise<void>((resolve) => {
    const cancel = clock.later(1, () => {
      ran.push('run');
      cancel();
      resolve();
    });
    assert.deepEqual(ran, [], 'never at once');
  });
  assert.deepEqual(ran, ['run']);
});
