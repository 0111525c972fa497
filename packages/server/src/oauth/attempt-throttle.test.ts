/** The delay after failures. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { after, type Instant, instant } from '@tacet/domain';
import { AttemptThrottle } from './attempt-throttle.ts';

const pace = { freeCount: 2, firstWaitMs: 100, waitMsMax: 1_000, forgetMs: 60_000, keysMax: 3 };
const start = instant(1_000_000);

/** Fails `count` times, each time as soon as it may; returns when and how long the wait is after the last. */
function failing(
  throttle: AttemptThrottle,
  key: string,
  count: number,
): { readonly at: Instant; readonly waits: number[] } {
  let at = start;
  const waits: number[] = [];
  for (let done = 0; done < count; done += 1) {
    throttle.failed(key, at);
    const wait = throttle.waitMs(key, at);
    waits.push(wait);
    if (done < count - 1) at = after(at, wait);
  }
  return { at, waits };
}

describe('a throttle', () => {
  it('doubles the wait after the free failures, up to a bound', () => {
    const throttle = new AttemptThrottle(pace);
    assert.deepEqual(failing(throttle, 'a', 8).waits, [0, 0, 100, 200, 400, 800, 1_000, 1_000]);
    assert.equal(throttle.waitMs('b', start), 0);
  });

  it('lets a key in at the end of its wait and not before', () => {
    const throttle = new AttemptThrottle(pace);
    const { at } = failing(throttle, 'a', 3);
    assert.equal(throttle.waitMs('a', after(at, 99)), 1);
    assert.equal(throttle.waitMs('a', after(at, 100)), 0);
  });

  it('stays at its bound after very many failures', () => {
    const throttle = new AttemptThrottle(pace);
    assert.equal(failing(throttle, 'a', 2_000).waits.at(-1), 1_000);
  });

  it('starts afresh after a success, and after a long time without failures', () => {
    const throttle = new AttemptThrottle(pace);
    const { at } = failing(throttle, 'a', 5);
    throttle.failed('a', after(at, 60_000));
    assert.equal(throttle.waitMs('a', after(at, 60_000)), 800);
    throttle.failed('a', after(at, 120_001));
    assert.equal(throttle.waitMs('a', after(at, 120_001)), 0);
    failing(throttle, 'a', 5);
    throttle.succeeded('a');
    assert.equal(throttle.waitMs('a', start), 0);
  });

  it('remembers a bounded number of keys and forgets the one that failed least recently', () => {
    const throttle = new AttemptThrottle(pace);
    for (const key of ['a', 'b', 'c']) failing(throttle, key, 3);
    throttle.failed('a', start);
    assert.equal(throttle.keyCount, 3);
    throttle.failed('d', start);
    assert.equal(throttle.keyCount, 3);
    assert.equal(throttle.waitMs('b', start), 0);
    assert.notEqual(throttle.waitMs('a', start), 0);
    for (let number = 0; number < 1_000; number += 1) throttle.failed(`x${number}`, start);
    assert.equal(throttle.keyCount, 3);
  });

  it('counts what was turned away between two failures', () => {
    const throttle = new AttemptThrottle(pace);
    throttle.turnedAway('a');
    assert.equal(throttle.failed('a', start), 0);
    throttle.turnedAway('a');
    throttle.turnedAway('a');
    assert.equal(throttle.failed('a', start), 2);
    assert.equal(throttle.failed('a', start), 0);
  });
});
