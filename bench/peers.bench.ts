/** Beside rtpengine's own recorder: calls per core, how long it takes to stop keeping a call, and what is kept after the OK. */
import { setTimeout as wait } from 'node:timers/promises';
import { cpuSecondsOf } from '../e2e/harness/process-costs.ts';
import { percentile } from './load/bench-server.ts';
import { StampedLoad } from './peers/load.ts';
import type { PeerCall, PeerRecorder } from './peers/recorder.ts';
import { RtpengineRecorder } from './peers/rtpengine-recorder.ts';
import { TacetRecorder } from './peers/tacet-recorder.ts';

const seconds = Number(process.argv[2] ?? 8);
const sizes = (process.argv[3] ?? '50,200').split(',').map(Number);
/** Calls that are stopped, one after another, while all others go on. */
const shutMax = 40;

interface Shut {
  readonly tookMs: number;
  readonly okAt: number;
}

async function shutOne(call: PeerCall): Promise<Shut> {
  const startedAt = performance.now();
  await call.shut();
  return { tookMs: performance.now() - startedAt, okAt: performance.timeOrigin + performance.now() };
}

function row(name: string, cells: readonly (number | undefined)[], digits: readonly number[]): string {
  const texts = cells.map((cell, place) => (cell === undefined ? '–' : cell.toFixed(digits[place])).padStart(10));
  return `${name.padEnd(28)} | ${texts.join(' | ')}`;
}

async function measure(recorder: PeerRecorder, count: number, shuts: boolean): Promise<string> {
  const load = await StampedLoad.start();
  const calls = await recorder.place(count, load.port);
  load.send(calls.flatMap(({ ports }) => ports));
  await wait(1_500);
  const [cpuBefore, startedAt] = [cpuSecondsOf(recorder.pid), performance.now()];
  await wait(seconds * 1_000);
  const cores = (cpuSecondsOf(recorder.pid) - cpuBefore) / ((performance.now() - startedAt) / 1_000);
  const done: Shut[] = [];
  for (const call of shuts ? calls.slice(0, shutMax) : []) done.push(await shutOne(call));
  await wait(500);
  const lateCount = await load.stop();
  await wait(500);
  const kept = shuts ? await recorder.kept() : [];
  const after = done.map(({ okAt }, place) => (kept[place] ?? []).filter((sentAt) => sentAt > okAt).length);
  const [p50, p99] = [0.5, 0.99].map((share) =>
    percentile(
      done.map(({ tookMs }) => tookMs),
      share,
    ),
  );
  const keptAfter = after.reduce((sum, one) => sum + one, 0);
  const late = lateCount > 0 ? `  (sender late with ${lateCount})` : '';
  const cells = [count, cores, count / cores, ...(shuts ? [p50, p99, keptAfter] : [undefined, undefined, undefined])];
  return row(recorder.name, cells, [0, 2, 0, 2, 2, 0]) + late;
}

const head = ['calls', 'cores', 'calls/core', 'OK p50 ms', 'OK p99 ms', 'kept after'];
console.log(`${''.padEnd(28)} | ${head.map((word) => word.padStart(10)).join(' | ')}`);
for (const count of sizes) {
  for (const records of [false, true]) {
    await using peer = await RtpengineRecorder.start(count, records);
    console.log(await measure(peer, count, records));
  }
  await using ours = await TacetRecorder.start();
  console.log(await measure(ours, count, true));
}
