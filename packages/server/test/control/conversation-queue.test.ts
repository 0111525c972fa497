/** One writer per conversation, and nobody who must not wait does (P11). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId } from '@tacet/domain';
import { settled } from '@tacet/testkit';
import fc from 'fast-check';
import { ConversationQueue } from '../../src/control/index.ts';

const one = 'one' as ConversationId;
const two = 'two' as ConversationId;

test('commands of one conversation run one after another, in the order they came', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }), async (turns) => {
      const queue = new ConversationQueue();
      const order: number[] = [];
      let running = 0;
      const work = turns.map((count, place) =>
        queue.run(one, async () => {
          running += 1;
          assert.equal(running, 1, 'never two at once');
          for (let turn = 0; turn < count; turn += 1) await settled();
          order.push(place);
          running -= 1;
        }),
      );
      await Promise.all(work);
      assert.deepEqual(order, [...turns.keys()]);
    }),
    { numRuns: 30 },
  );
});

test('a command of another conversation does not wait', async () => {
  const queue = new ConversationQueue();
  let letGo: () => void = () => undefined;
  const first = queue.run(one, () => new Promise<void>((resolve) => (letGo = resolve)));
  assert.equal(await queue.run(two, async () => 'done'), 'done');
  await settled();
  letGo();
  await first;
});

test('a command that fails tells its caller, and the next one runs', async () => {
  const queue = new ConversationQueue();
  const failing = queue.run(one, () => Promise.reject(new Error('no')));
  const next = queue.run(one, async () => 'done');
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'done');
});

test('whoever must not wait tells all before it to give way, and none behind it', async () => {
  const queue = new ConversationQueue();
  const signals: AbortSignal[] = [];
  const noting = async (signal: AbortSignal): Promise<void> => {
    signals.push(signal);
    await settled();
  };
  const before = [queue.run(one, noting), queue.run(one, noting)];
  const urgent = queue.preempt(one, noting);
  const behind = queue.run(one, noting);
  const elsewhere = queue.run(two, noting);
  await Promise.all([...before, urgent, behind, elsewhere]);
  assert.deepEqual(signals.map(({ aborted }) => aborted).sort(), [false, false, false, true, true]);
  assert.equal(signals[0]?.aborted, true);
});

test('a conversation is busy while a command runs or waits, and is forgotten after', async () => {
  const queue = new ConversationQueue();
  assert.equal(queue.isBusy(one), false);
  const work = queue.run(one, () => settled());
  assert.equal(queue.isBusy(one), true);
  await work;
  await settled();
  assert.equal(queue.isBusy(one), false);
});
