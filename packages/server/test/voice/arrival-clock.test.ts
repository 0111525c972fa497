/** Arrival stamps on our clock: exact while the wall clock runs, never too early when somebody sets it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant } from '@tacet/domain';
import fc from 'fast-check';
import { ArrivalClock } from '../../src/voice/arrival-clock.ts';

const t0 = 1_780_000_000_000;
const at = (ms: number): Instant => instant(t0 + ms);

test('a stamp is told as the instant at which the datagram arrived, and never before it', () => {
  const arrivals = new ArrivalClock();
  const age = fc.double({ min: 0.01, max: 50_000, noNaN: true });
  const wall = fc.double({ min: 1.6e12, max: 1.9e12, noNaN: true });
  fc.assert(
    fc.property(age, wall, (ageMs, wallMs) => {
      arrivals.read(at(0), wallMs, 5_000, 0);
      const told = arrivals.arrivalOf(wallMs - ageMs, true);
      assert.ok(told >= at(-ageMs) && told <= at(-ageMs + 0.01), `${told - at(-ageMs)}`);
    }),
  );
});

test('the coarseness of wall time as a double makes no arrival too early', () => {
  const arrivals = new ArrivalClock();
  const wallNs = fc.bigInt({ min: 1_780_000_000_000_000_000n, max: 1_790_000_000_000_000_000n });
  const ageNs = fc.bigInt({ min: 1n, max: 5_000_000_000n });
  fc.assert(
    fc.property(wallNs, ageNs, (readNs, waitedNs) => {
      arrivals.read(at(0), Number(readNs) / 1e6, 5_000, 0);
      const told = arrivals.arrivalOf(Number(readNs - waitedNs) / 1e6, true);
      assert.ok(told - t0 >= -Number(waitedNs) / 1e6, `${told - t0}`);
    }),
    { numRuns: 1_000 },
  );
});

test('a stamp that cannot be true counts as the instant of reading', () => {
  const arrivals = new ArrivalClock();
  arrivals.read(at(0), t0 + 777, 5_000, 0);
  for (const stampMs of [0, t0 + 778, t0 + 777 - 3_600_000, Number.NaN]) {
    assert.equal(arrivals.arrivalOf(stampMs, true), at(0));
  }
  assert.equal(arrivals.arrivalOf(t0 + 770, false), at(0), 'nor does one that is not trusted');
});

test('a wall clock that was set is noticed by the distance between the clocks, a slow reading is not taken for it', () => {
  const arrivals = new ArrivalClock();
  arrivals.read(at(0), t0, 1_000, 0.001);
  arrivals.read(at(10), t0 + 10, 1_010, 0.001);
  assert.equal(arrivals.stepCount, 0);
  arrivals.read(at(20), t0 + 25, 1_020, 8);
  assert.equal(arrivals.stepCount, 0, 'the two readings were up to 8 ms apart');
  arrivals.read(at(30), t0 + 30, 1_030, 0.001);
  assert.equal(arrivals.stepCount, 0);
  arrivals.read(at(40), t0 + 40 - 2, 1_040, 0.001);
  assert.equal(arrivals.stepCount, 1);
  arrivals.read(at(50), t0 + 50 + 3_600_000, 1_050, 0.001);
  assert.equal(arrivals.stepCount, 2);
});
