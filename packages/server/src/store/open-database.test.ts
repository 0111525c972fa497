import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import { temporaryFolder } from '../../test/store-samples.ts';
import { migrate } from './migrate.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations.ts';
import { inMemory, openDatabase, openDatabaseToRead } from './open-database.ts';

/** Whether `error` is a refusal whose sentence for the operator matches. */
function refusal(sentence: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof Fault && error.code === 'storageUnavailable' && sentence.test(String(error.facts['reason']));
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function stepNames(db: DatabaseSync): readonly unknown[] {
  return db
    .prepare('SELECT name FROM migrations ORDER BY number')
    .all()
    .map((row) => row['name']);
}

test('a commit reaches the disk before it returns, and what is deleted is overwritten', () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  assert.equal(pragma(db, 'journal_mode'), 'wal');
  assert.equal(pragma(db, 'synchronous'), 2);
  assert.equal(pragma(db, 'secure_delete'), 1);
  assert.equal(pragma(db, 'foreign_keys'), 1);
});

test('nobody but the owner can read the database or its log', () => {
  using folder = temporaryFolder();
  const data = join(folder.path, 'new', 'data');
  using db = openDatabase(data);
  db.exec('CREATE TABLE written (a)');
  assert.equal(statSync(data).mode & 0o777, 0o700);
  for (const name of ['tacet.db', 'tacet.db-wal', 'tacet.db-shm']) {
    assert.equal(statSync(join(data, name)).mode & 0o777, 0o600, name);
  }
});

test('every step is taken once, however often the database is opened', () => {
  using folder = temporaryFolder();
  for (let times = 0; times < 3; times += 1) {
    using db = openDatabase(folder.path);
    assert.deepEqual(
      stepNames(db),
      migrations.map(({ name }) => name),
    );
  }
});

test('a database in memory has the same tables as one in a file', () => {
  using folder = temporaryFolder();
  using file = openDatabase(folder.path);
  using memory = openDatabase(inMemory);
  const schema = 'SELECT name, sql FROM sqlite_schema ORDER BY name';
  assert.deepEqual(memory.prepare(schema).all(), file.prepare(schema).all());
});

test('a database that a newer version made is refused with a sentence that says so, and is left as it is', () => {
  using folder = temporaryFolder();
  {
    using db = openDatabase(folder.path);
    db.exec(`INSERT INTO migrations (name) VALUES ('teleport')`);
  }
  assert.throws(() => openDatabase(folder.path), refusal(/newer version of Tacet.*"teleport"/));
  assert.throws(() => openDatabaseToRead(folder.path), refusal(/newer version of Tacet/));
  using db = new DatabaseSync(join(folder.path, 'tacet.db'));
  assert.equal(stepNames(db).at(-1), 'teleport');
});

test('a step that fails takes all the steps of that opening back with it', () => {
  using db = new DatabaseSync(':memory:');
  const good: Migration = { name: 'good', up: (each) => each.exec('CREATE TABLE good (a)') };
  const bad: Migration = { name: 'bad', up: (each) => each.exec('CREATE TABLE good (a)') };
  assert.throws(() => migrate(db, [good, bad]), /already exists/);
  assert.deepEqual(db.prepare('SELECT name FROM sqlite_schema').all(), []);
  migrate(db, [good]);
  assert.deepEqual(stepNames(db), ['good']);
});

test('only the steps that are missing are taken', () => {
  using db = new DatabaseSync(':memory:');
  const taken: string[] = [];
  const step = (name: string): Migration => ({ name, up: () => taken.push(name) });
  migrate(db, [step('one'), step('two')]);
  migrate(db, [step('one'), step('two'), step('three')]);
  assert.deepEqual(taken, ['one', 'two', 'three']);
});

test('a file that is no database is refused with a sentence', () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'tacet.db'), 'no database at all, but long enough to have a header'.repeat(40));
  assert.throws(() => openDatabase(folder.path), refusal(/damaged or not a database/));
});

test('a data folder that cannot be made is refused with a sentence', () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'data'), 'a file where the folder should be');
  assert.throws(() => openDatabase(join(folder.path, 'data')), refusal(/cannot be created/));
});

test('a database whose file is a folder is refused with a sentence', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'tacet.db'));
  assert.throws(() => openDatabase(folder.path), refusal(/cannot be created/));
});

test('a database opened to read shows what a running server commits, and cannot be changed', () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  using reader = openDatabaseToRead(folder.path);
  db.exec('CREATE TABLE notes (a); INSERT INTO notes VALUES (1)');
  assert.equal(reader.prepare('SELECT a FROM notes').get()?.['a'], 1);
  assert.throws(() => reader.exec('INSERT INTO notes VALUES (2)'), /readonly/);
});

test('opening to read makes no database and brings none up to date', () => {
  using folder = temporaryFolder();
  assert.throws(() => openDatabaseToRead(folder.path), refusal(/cannot be opened/));
  using db = new DatabaseSync(join(folder.path, 'tacet.db'));
  migrate(db, migrations.slice(0, 1));
  assert.throws(() => openDatabaseToRead(folder.path), refusal(/older version/));
  assert.equal(stepNames(db).length, 1);
});

test('a database that another process keeps locked is refused after a short wait', () => {
  using folder = temporaryFolder();
  using other = openDatabase(folder.path);
  other.exec('BEGIN IMMEDIATE');
  assert.throws(() => openDatabase(folder.path), refusal(/locked/));
});
