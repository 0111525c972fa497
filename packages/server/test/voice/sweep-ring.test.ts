/** Every socket of a ring has its turn within a period, however sockets come and go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SweepRing } from '../../src/voice/sweep-ring.ts';

function sweepDue(ring: SweepRing): readonly number[] {
  const swept: number[] = [];
  while (ring.dueCount > 0) {
    const { first, dueCount, numbers } = ring;
    swept.push(...numbers.slice(first, first + dueCount));
    ring.done(dueCount);
  }
  return swept;
}

test('in one period every socket is swept, and after a long stall no socket twice', () => {
  const ring = new SweepRing(100);
  for (let number = 0; number < 150; number += 1) ring.add(number);
  const swept = new Set<number>();
  for (let slice = 0; slice < 26; slice += 1) {
    ring.pass(4);
    for (const number of sweepDue(ring)) swept.add(number);
  }
  assert.equal(swept.size, 150);
  ring.pass(10_000);
  assert.equal(sweepDue(ring).length, 150);
});

test('a ring holds what was added and not removed, and sweeps all of it within two periods of any change', () => {
  const move = fc.record({ number: fc.nat(90), isAdded: fc.boolean(), ms: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 300 }), (moves) => {
      const ring = new SweepRing(100);
      const truth = new Set<number>();
      for (const { number, isAdded, ms } of moves) {
        if (isAdded && !ring.has(number)) ring.add(number);
        if (!isAdded) ring.remove(number);
        if (isAdded) truth.add(number);
        else truth.delete(number);
        ring.pass(ms);
        for (const swept of sweepDue(ring)) assert.ok(truth.has(swept));
        assert.equal(ring.size, truth.size);
      }
      const seen = new Set<number>();
      for (let turn = 0; turn < 2; turn += 1) {
        ring.pass(100);
        for (const number of sweepDue(ring)) seen.add(number);
      }
      assert.deepEqual(seen, truth);
    }),
  );
});
