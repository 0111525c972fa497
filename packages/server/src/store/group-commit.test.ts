import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import { type Failure, GroupCommit, groupItemsMax, waitingItemsMax } from './group-commit.ts';

/** A group commit whose turns of the event loop the test takes by hand. */
function stepped(sync: (items: readonly number[]) => readonly (Failure | undefined)[] = () => []) {
  const turns: (() => void)[] = [];
  const groups: (readonly number[])[] = [];
  const group = new GroupCommit<number>(
    (items) => {
      groups.push(items);
      return sync(items);
    },
    (task) => turns.push(task),
  );
  return { group, groups, turns, turn: () => turns.shift()?.() };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

test('everything that is added in one turn is handed to one sync, in the order of the calls', async () => {
  const { group, groups, turns, turn } = stepped();
  const added = range(0, 20).map((item) => group.add(item));
  assert.equal(turns.length, 1);
  assert.deepEqual(groups, []);
  turn();
  await Promise.all(added);
  assert.deepEqual(groups, [range(0, 20)]);
});

test('what is added during a sync or after it waits for the next one', async () => {
  const { group, groups, turn, turns } = stepped((items) => {
    if (items.includes(1)) void group.add(2);
    return [];
  });
  void group.add(1);
  turn();
  assert.deepEqual(groups, [[1]]);
  const third = group.add(3);
  assert.equal(turns.length, 1);
  turn();
  await third;
  assert.deepEqual(groups, [[1], [2, 3]]);
});

test('no promise resolves before its sync has returned', async () => {
  const events: string[] = [];
  const { group, turn } = stepped(() => {
    events.push('synced');
    return [];
  });
  const added = group.add(1).then(() => events.push('resolved'));
  await new Promise(setImmediate);
  assert.deepEqual(events, []);
  turn();
  await added;
  assert.deepEqual(events, ['synced', 'resolved']);
});

test('promises resolve in the order in which their items were added', async () => {
  const order: number[] = [];
  const { group, turn } = stepped();
  const added = range(0, 10).map((item) => group.add(item).then(() => order.push(item)));
  turn();
  await Promise.all(added);
  assert.deepEqual(order, range(0, 10));
});

test('an item with a failure is rejected alone', async () => {
  const error = new Error('not this one');
  const { group, turn } = stepped((items) => items.map((item) => (item === 1 ? { error } : undefined)));
  const added = Promise.allSettled(range(0, 3).map((item) => group.add(item)));
  turn();
  const reasons = (await added).map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));
  assert.deepEqual(reasons, [undefined, error, undefined]);
});

test('a sync that throws rejects everyone who waited for it, and the next one works', async () => {
  const error = new Error('broken');
  let isBroken = true;
  const { group, turn } = stepped(() => {
    if (isBroken) throw error;
    return [];
  });
  const [first, second] = [group.add(1), group.add(2)];
  const rejected = Promise.all([assert.rejects(first, error), assert.rejects(second, error)]);
  turn();
  await rejected;
  isBroken = false;
  const third = group.add(3);
  turn();
  await third;
});

test('a group has a largest size, and the rest follows one turn later', async () => {
  const { group, groups, turn, turns } = stepped();
  const added = range(0, groupItemsMax + 1).map((item) => group.add(item));
  turn();
  assert.deepEqual(
    groups.map((items) => items.length),
    [groupItemsMax],
  );
  assert.equal(turns.length, 1);
  turn();
  await Promise.all(added);
  assert.deepEqual(
    groups.map((items) => items.length),
    [groupItemsMax, 1],
  );
  assert.equal(turns.length, 0);
});

test('when as many items wait as may, one more is refused at once and the others stay', async () => {
  const { group, groups } = stepped();
  const added = range(0, waitingItemsMax).map((item) => group.add(item));
  await assert.rejects(group.add(-1), (error) => error instanceof Fault && error.code === 'storageUnavailable');
  group.flush();
  await Promise.all(added);
  assert.equal(groups.flat().length, waitingItemsMax);
  assert.ok(!groups.flat().includes(-1));
});

test('flush syncs at once what waits, and the turn that was due finds nothing', async () => {
  const { group, groups, turn } = stepped();
  const added = group.add(1);
  group.flush();
  await added;
  turn();
  assert.deepEqual(groups, [[1]]);
});

test('what was dropped is never synced and never settles, and what is added later is', async () => {
  const { group, groups, turns } = stepped();
  let isSettled = false;
  void group.add(1).finally(() => {
    isSettled = true;
  });
  group.drop();
  const later = group.add(2);
  for (const task of turns) task();
  await later;
  assert.deepEqual(groups, [[2]]);
  assert.equal(isSettled, false);
});

test('without another schedule the sync follows at the end of the turn', async () => {
  const groups: (readonly number[])[] = [];
  const group = new GroupCommit<number>((items) => {
    groups.push(items);
    return [];
  });
  const added = [group.add(1), group.add(2)];
  await Promise.resolve().then(() => added.push(group.add(3)));
  assert.deepEqual(groups, []);
  await Promise.all(added);
  assert.deepEqual(groups, [[1, 2, 3]]);
});
