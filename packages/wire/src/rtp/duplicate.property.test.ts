import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DuplicateWindow, rtpLimits } from './index.ts';

const width = rtpLimits.duplicateWindowPackets;

test('the window judges every number as a set of all numbers would', () => {
  const moves = fc.array(
    fc.oneof(
      fc.integer({ min: -width - 20, max: 20 }),
      fc.integer({ min: 0, max: 2 * width }),
      fc.integer({ min: -3, max: 3 }),
    ),
    { maxLength: 400 },
  );
  const start = fc.oneof(fc.nat(2 * width), fc.integer({ min: 2 ** 47, max: 2 ** 48 }));
  fc.assert(
    fc.property(start, moves, (from, distances) => {
      const window = new DuplicateWindow();
      const seen = new Set<number>();
      let highest = -1;
      for (const distance of [0, ...distances]) {
        const number = Math.max(0, highest < 0 ? from : highest + distance);
        const truth = highest >= 0 && number <= highest - width ? 'tooOld' : seen.has(number) ? 'duplicate' : 'first';
        assert.equal(window.mark(number), truth);
        seen.add(number);
        highest = Math.max(highest, number);
      }
    }),
    { numRuns: 200 },
  );
});

test('the oldest number in the window is judged and the one before it is too old', () => {
  const window = new DuplicateWindow();
  assert.equal(window.mark(10_000), 'first');
  assert.equal(window.mark(10_000 - width + 1), 'first');
  assert.equal(window.mark(10_000 - width + 1), 'duplicate');
  assert.equal(window.mark(10_000 - width), 'tooOld');
});

test('a number that counts as late to the sequence unwrapper is never too old for the window', () => {
  assert.ok(rtpLimits.misorderPacketsMax < width);
  assert.equal(width % 32, 0);
});
