import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, settled } from '@tacet/testkit';
import { Restoring } from '../../src/control/index.ts';

test('a recording is not available before all that was left of it by a crash is in store', async () => {
  const clock = new ManualClock();
  const restoring = new Restoring(clock);
  let store: () => void = () => undefined;
  restoring.add(new Promise<void>((resolve) => (store = resolve)));
  restoring.add(Promise.reject(new Error('the disk is full')));
  let isAvailable = false;
  const ended = restoring.done().then(() => {
    isAvailable = true;
  });
  await settled();
  assert.equal(isAvailable, false);
  store();
  await ended;
  assert.equal(isAvailable, true);
  await restoring.done();
});

test('a store that takes nothing does not hold up the end of a recording for ever', async () => {
  const clock = new ManualClock();
  const restoring = new Restoring(clock);
  restoring.add(new Promise(() => undefined));
  const ended = restoring.done();
  clock.advance(60_000);
  await ended;
});
