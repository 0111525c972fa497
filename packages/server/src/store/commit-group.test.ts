import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Defect, Fault } from '@tacet/domain';
import { commitGroup } from './commit-group.ts';

function table(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  db.exec(
    'CREATE TABLE items (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED) STRICT',
  );
  return db;
}

function ids(db: DatabaseSync): readonly unknown[] {
  return db
    .prepare('SELECT id FROM items ORDER BY id')
    .all()
    .map((row) => row['id']);
}

test('a change that breaks a constraint is undone alone, with all it had written', () => {
  using db = table();
  const insert = db.prepare('INSERT INTO items (id) VALUES (?)');
  const outcomes = commitGroup(db, [[1], [2, 1], [3]], (numbers) => {
    for (const number of numbers) insert.run(number);
  });
  assert.deepEqual([outcomes[0], outcomes[2]], [undefined, undefined]);
  assert.ok(outcomes[1]?.error instanceof Defect);
  assert.deepEqual(ids(db), [1, 3]);
});

test('when the commit itself fails every change is rejected, nothing is kept, and the next group works', () => {
  using db = table();
  // A reference that leads nowhere is checked only by COMMIT, so that it is COMMIT that fails.
  const insert = db.prepare('INSERT INTO items (id, parent) VALUES (?, ?)');
  const outcomes = commitGroup(db, [1, 2, 3], (id) => insert.run(id, id === 2 ? 99 : null));
  assert.equal(outcomes.length, 3);
  for (const outcome of outcomes) {
    assert.ok(outcome?.error instanceof Fault);
    assert.equal(outcome.error.code, 'storageUnavailable');
  }
  assert.deepEqual(ids(db), []);
  assert.equal(db.isTransaction, false);
  assert.deepEqual(
    commitGroup(db, [4], (id) => insert.run(id, null)),
    [undefined],
  );
  assert.deepEqual(ids(db), [4]);
});

test('when the storage fails in the middle of a group nothing of the group is kept', () => {
  using db = table();
  db.exec('CREATE TABLE texts (text TEXT)');
  const insert = db.prepare('INSERT INTO items (id) VALUES (?)');
  const fill = db.prepare('INSERT INTO texts VALUES (?)');
  db.exec('PRAGMA max_page_count = 8');
  const outcomes = commitGroup(db, [1, 2, 3], (id) => {
    insert.run(id);
    if (id === 2) fill.run('x'.repeat(100_000));
  });
  for (const outcome of outcomes) assert.ok(outcome?.error instanceof Fault);
  assert.equal(outcomes.length, 3);
  assert.deepEqual(ids(db), []);
});

test('an error of the code that writes is a defect of that change, not a failure of the storage', () => {
  using db = table();
  const cause = new RangeError('no such instant');
  const outcomes = commitGroup(db, [1, 2], (id) => {
    if (id === 1) throw cause;
  });
  assert.ok(outcomes[0]?.error instanceof Defect);
  assert.equal(outcomes[0].error.cause, cause);
  assert.equal(outcomes[1], undefined);
});
