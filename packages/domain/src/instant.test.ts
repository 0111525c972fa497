import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { after, earliest, instant, latest, toIso } from './instant.ts';

/** Any day from 1970 until a double stops telling microseconds apart in sums, in whole microseconds. */
const micros = fc.integer({ min: 0, max: (2 ** 41 - 3_600_000) * 1_000 });

test('instants keep whole microseconds apart and equal ones equal', () => {
  fc.assert(
    fc.property(micros, (us) => {
      const at = instant(us / 1000);
      assert.equal(Math.round(at * 1000), us);
      assert.equal(instant(at), at);
      assert.equal(after(at, 0.001), instant((us + 1) / 1000));
      assert.ok(after(at, 0.001) > at && after(at, -0.001) < at);
    }),
  );
});

test('the way there and back ends at the same instant', () => {
  fc.assert(
    fc.property(micros, fc.integer({ min: 0, max: 3_600_000_000 }), (us, deltaUs) => {
      const at = instant(us / 1000);
      assert.equal(after(after(at, deltaUs / 1000), -deltaUs / 1000), at);
    }),
  );
});

test('of two instants the earlier and the later are found in either order', () => {
  const [a, b] = [instant(1), instant(2)];
  assert.deepEqual([earliest(a, b), earliest(b, a), latest(a, b), latest(b, a)], [a, a, b, b]);
});

test('a date is written in ISO 8601 with milliseconds, never later than the instant', () => {
  assert.equal(toIso(instant(1_780_000_000_123.999)), '2026-05-28T20:26:40.123Z');
  assert.equal(toIso(instant(0)), '1970-01-01T00:00:00.000Z');
});
