import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from './manual-clock.ts';

test('timers run in the order of their instants, at their instants, and of their making where those are equal', () => {
  const clock = new ManualClock(1_000);
  const ran: [string, number][] = [];
  const note = (name: string) => (): void => void ran.push([name, clock.now()]);
  clock.later(20, note('late'));
  clock.later(10, note('first'));
  clock.later(10, note('second'));
  clock.later(5, () => clock.later(7, note('made on the way')));
  clock.advance(15);
  assert.deepEqual(ran, [
    ['first', 1_010],
    ['second', 1_010],
    ['made on the way', 1_012],
  ]);
  assert.equal(clock.now(), 1_015);
  assert.equal(clock.nextTimerAt, 1_020);
});

test('a cancelled timer does not run', () => {
  const clock = new ManualClock();
  const cancel = clock.later(1, () => assert.fail('it ran'));
  cancel();
  cancel();
  clock.advance(10);
  assert.equal(clock.nextTimerAt, undefined);
});

test('while time passes, promises settle before the next timer runs', async () => {
  const clock = new ManualClock(0);
  const order: string[] = [];
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.later(ms, resolve));
  const loop = async (): Promise<void> => {
    for (let round = 1; round <= 3; round += 1) {
      await sleep(10);
      order.push(`${round} at ${clock.now()}`);
    }
  };
  const looping = loop();
  await clock.pass(25);
  assert.deepEqual(order, ['1 at 10', '2 at 20']);
  await clock.pass(5);
  await looping;
  assert.equal(order.length, 3);
});
