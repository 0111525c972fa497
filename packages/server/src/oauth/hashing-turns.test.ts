/** Expensive work, a bounded number at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from '@tacet/testkit';
import { HashingTurns } from './hashing-turns.ts';

/** Tasks that end when the test says so. */
function stage(turns: HashingTurns) {
  const begun: number[] = [];
  const ends: ((fail?: Error) => void)[] = [];
  const begin = (number: number): Promise<{ readonly result: number } | undefined> =>
    turns.take(
      () =>
        new Promise((resolve, reject) => {
          begun.push(number);
          ends[number] = (fail) => (fail === undefined ? resolve(number) : reject(fail));
        }),
    );
  return { begun, begin, end: (number: number, fail?: Error) => ends[number]?.(fail) };
}

test('no more run at once than may, and the others follow in their order', async () => {
  const turns = new HashingTurns(2, 3);
  const { begun, begin, end } = stage(turns);
  const all = [0, 1, 2, 3, 4].map(begin);
  await settled();
  assert.deepEqual(begun, [0, 1]);
  end(1);
  await settled();
  assert.deepEqual(begun, [0, 1, 2]);
  end(0);
  end(2);
  await settled();
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  end(3);
  end(4);
  assert.deepEqual(
    await Promise.all(all),
    [0, 1, 2, 3, 4].map((result) => ({ result })),
  );
});

test('who comes when all places to wait are taken is turned away at once', async () => {
  const turns = new HashingTurns(1, 2);
  const { begun, begin, end } = stage(turns);
  const all = [0, 1, 2].map(begin);
  assert.equal(turns.isFull, true);
  assert.equal(await begin(3), undefined);
  end(0);
  await settled();
  assert.equal(turns.isFull, false);
  const late = begin(4);
  for (const number of [1, 2, 4]) {
    await settled();
    end(number);
  }
  await Promise.all([...all, late]);
  assert.deepEqual(begun, [0, 1, 2, 4]);
});

test('a task that fails gives its place on', async () => {
  const turns = new HashingTurns(1, 1);
  const { begin, end } = stage(turns);
  const [first, second] = [begin(0), begin(1)];
  await settled();
  end(0, new Error('on purpose'));
  await assert.rejects(first, /on purpose/);
  await settled();
  end(1);
  assert.deepEqual(await second, { result: 1 });
  const third = begin(2);
  await settled();
  end(2);
  assert.deepEqual(await third, { result: 2 });
});
