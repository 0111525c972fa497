import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDuration, writeDuration } from './index.ts';

test('a duration is seconds alone, with or without a fraction', () => {
  assert.equal(readDuration('PT1.5S'), 1.5);
  assert.equal(readDuration('PT0S'), 0);
  assert.equal(readDuration('PT.25S'), 0.25);
  for (const odd of ['PT1M', '1S', 'PT-1S', 'PTS', 'PT1.S', 'PT1e3S', 'PT1S ', 'PT99999999S', 'PT2000000S', 5, null]) {
    assert.equal(readDuration(odd), undefined, String(odd));
  }
});

test('what is written is read again to the microsecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (micros) => {
      assert.equal(readDuration(writeDuration(micros / 1e6)), Number((micros / 1e6).toFixed(6)));
    }),
  );
});
