import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rtpLimits, SequenceUnwrapper, TimestampUnwrapper } from './index.ts';

/** Steps of a sender (how many numbers it moves on, losses included) and how far back each packet is then late. */
const steps = fc.array(
  fc.record({ ahead: fc.integer({ min: 0, max: 2_900 }), late: fc.nat(rtpLimits.misorderPacketsMax) }),
  { minLength: 1, maxLength: 300 },
);

test('extended sequence numbers keep the distances of the true ones, over wraps, losses and late packets', () => {
  fc.assert(
    fc.property(fc.nat(0xffff), steps, (start, moves) => {
      const unwrapper = new SequenceUnwrapper();
      const first = BigInt(start) + 0x1_0000n;
      let front = first;
      const base = unwrapper.extend(start);
      for (const { ahead, late } of moves) {
        front += BigInt(ahead);
        unwrapper.extend(Number(front & 0xffffn));
        const truth = front - BigInt(late);
        const extended = unwrapper.extend(Number(truth & 0xffffn));
        assert.equal(BigInt(extended) - BigInt(base), truth - first);
        assert.equal(BigInt(unwrapper.highest) - BigInt(base), front - first);
      }
      assert.equal(unwrapper.restartCount, 0);
    }),
    { numRuns: 200 },
  );
});

test('sequence numbers stay exact through millions of wraps', () => {
  const unwrapper = new SequenceUnwrapper();
  let truth = 0n;
  const base = BigInt(unwrapper.extend(0));
  for (let round = 0; round < 200_000; round += 1) {
    truth += 2_999n;
    assert.equal(BigInt(unwrapper.extend(Number(truth & 0xffffn))) - base, truth);
  }
});

test('a packet older than the first one has a number below it and above zero', () => {
  const unwrapper = new SequenceUnwrapper();
  const first = unwrapper.extend(3);
  const older = unwrapper.extend(65_535);
  assert.equal(first - older, 4);
  assert.ok(older > 0);
});

test('the last number that is loss or lateness is not a restart, and the next one is', () => {
  const restartsAfter = (next: number): number => {
    const unwrapper = new SequenceUnwrapper();
    unwrapper.extend(30_000);
    unwrapper.extend(next);
    return unwrapper.restartCount;
  };
  assert.equal(restartsAfter(30_000 + rtpLimits.dropoutPacketsMax), 0);
  assert.equal(restartsAfter(30_000 + rtpLimits.dropoutPacketsMax + 1), 1);
  assert.equal(restartsAfter(30_000 - rtpLimits.misorderPacketsMax), 0);
  assert.equal(restartsAfter(30_000 - rtpLimits.misorderPacketsMax - 1), 1);
});

test('a source that begins anew gets numbers never used before, its late packets too', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { minLength: 2, maxLength: 50 }), (starts) => {
      const unwrapper = new SequenceUnwrapper();
      const used = new Set<number>();
      for (const start of starts) {
        const restarts = unwrapper.restartCount;
        const front = unwrapper.extend(start);
        if (used.size > 0 && unwrapper.restartCount === restarts) return;
        for (const number of [
          front,
          unwrapper.extend((start - 100) & 0xffff),
          unwrapper.extend((start - 1) & 0xffff),
        ]) {
          assert.equal(used.has(number), false);
          used.add(number);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('extended timestamps keep the distances of the true ones, over wraps and late packets', () => {
  const moves = fc.array(fc.integer({ min: -0x7fff_ffff, max: 0x7fff_ffff }), { maxLength: 100 });
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), moves, (start, distances) => {
      const unwrapper = new TimestampUnwrapper();
      const base = unwrapper.extend(start);
      let highest = BigInt(start);
      for (const distance of distances) {
        const truth = highest + BigInt(distance);
        const extended = unwrapper.extend(Number(BigInt.asUintN(32, truth)));
        assert.equal(BigInt(extended) - BigInt(base), truth - BigInt(start));
        if (truth > highest) highest = truth;
      }
    }),
    { numRuns: 200 },
  );
});
