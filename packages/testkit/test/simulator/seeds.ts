/** Judges a range of seeds and names those that break a promise. */
import assert from 'node:assert/strict';
import { judge, simulate } from '@tacet/testkit/simulator';

/** Fails with the seeds and what they broke; `npm run hunt -- --seed N` repeats one. */
export async function assertSeedsKeepPromises(from: number, count: number): Promise<void> {
  const broken: string[] = [];
  let arrived = 0;
  let stored = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const verdict = await judge(await simulate(seed));
    arrived += verdict.arrivedCount;
    stored += verdict.storedCount;
    if (verdict.broken.length > 0) broken.push(`seed ${seed}: ${verdict.broken.slice(0, 3).join('; ')}`);
  }
  assert.deepEqual(broken, []);
  assert.ok(stored > arrived / 4, 'the simulation records something');
}
