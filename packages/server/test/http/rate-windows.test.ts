/** Requests are counted by the minute, in bounded memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, instant } from '@tacet/domain';
import fc from 'fast-check';
import { httpLimits } from '../../src/http/http-limits.ts';
import { RateWindows, secondsLeft } from '../../src/http/rate-windows.ts';

const start = instant(1_000_000);
const { rateWindowMs, rateKeysMax } = httpLimits;

test('a window begins with the first request of its key, and the next one when it has ended', () => {
  const windows = new RateWindows(2);
  assert.equal(windows.take('a', start).count, 1);
  assert.equal(windows.take('a', after(start, 30_000)).count, 2);
  assert.equal(windows.take('b', after(start, 30_000)).count, 1, 'each key counts for itself');
  const last = windows.take('a', after(start, rateWindowMs - 1));
  assert.deepEqual([last.count, windows.isExceeded(last)], [3, true]);
  const fresh = windows.take('a', after(start, rateWindowMs));
  assert.deepEqual([fresh.count, windows.isExceeded(fresh)], [1, false]);
  assert.equal(windows.take('b', after(start, rateWindowMs)).count, 2, 'the window of b goes on');
});

test('as many requests as are allowed are allowed, and the next one is not', () => {
  const windows = new RateWindows(300);
  for (let request = 1; request <= 300; request += 1) assert.ok(!windows.isExceeded(windows.take('a', start)));
  assert.ok(windows.isExceeded(windows.take('a', start)));
});

test('the seconds that are left are rounded up and never 0', () => {
  const window = { count: 1, endsAt: after(start, 60_000) };
  assert.equal(secondsLeft(window, start), 60);
  assert.equal(secondsLeft(window, after(start, 1)), 60);
  assert.equal(secondsLeft(window, after(start, 59_001)), 1);
  assert.equal(secondsLeft(window, after(start, 60_000)), 1);
});

test('no more keys are remembered than the limit, and the one whose window began first is forgotten first', () => {
  const windows = new RateWindows(1);
  for (let key = 0; key <= rateKeysMax; key += 1) windows.take(String(key), start);
  assert.equal(windows.keyCount, rateKeysMax);
  assert.equal(windows.take('1', start).count, 2, 'the second is still known');
  assert.equal(windows.take('0', start).count, 1, 'the first is not');
  windows.take('new', after(start, rateWindowMs));
  assert.equal(windows.keyCount, 1, 'windows that have ended are forgotten');
});

test('the count of a key is that of its requests since its window began, whatever others do', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), ms: fc.nat(20_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const windows = new RateWindows(5);
      const begun = new Map<string, { at: number; count: number }>();
      let now = start;
      for (const { key, ms } of steps) {
        now = after(now, ms);
        const before = begun.get(key);
        const goesOn = before !== undefined && now < before.at + rateWindowMs;
        const expected = goesOn ? { at: before.at, count: before.count + 1 } : { at: now, count: 1 };
        begun.set(key, expected);
        const window = windows.take(key, now);
        assert.deepEqual([window.count, window.endsAt], [expected.count, expected.at + rateWindowMs]);
      }
    }),
  );
});
