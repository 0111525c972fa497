/** The judge finds what it is there to find, and a seed tells the same story twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, simulate } from '@tacet/testkit/simulator';

test('without the fence the judge finds packets that leaked, so a clean verdict means something', async () => {
  let leaking = 0;
  for (let seed = 1; seed <= 150; seed += 1) {
    const verdict = await judge(await simulate(seed, false));
    if (verdict.broken.some((what) => what.startsWith('leak') || what.includes('storedWithinWithheld'))) leaking += 1;
  }
  assert.ok(leaking > 0);
});

test('the same seed runs the same way twice', async () => {
  for (const seed of [3, 57, 99, 873]) {
    const [first, second] = [await simulate(seed), await simulate(seed)];
    assert.deepEqual(first.history, second.history);
    const stored = await Promise.all([judge(first), judge(second)]);
    assert.deepEqual(stored[0], stored[1]);
  }
});

test('a packet that vanished from the store is missed', async () => {
  const simulation = await simulate(1);
  const [first] = simulation.history.arrivals;
  assert.ok(first !== undefined);
  // A packet that the recorder never saw, just before one that it did.
  simulation.history.arrivals.unshift({ ...first, mark: 4_000_000, arrivedAt: first.arrivedAt });
  const { broken } = await judge(simulation);
  assert.deepEqual(
    broken.map((what) => what.split(' arrived')[0]),
    ['packet 4000000'],
  );
});
