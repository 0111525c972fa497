import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault, type RecordingId } from '@tacet/domain';
import { freshId, someConversation, someSegment, temporaryFolder } from '../../test/store-samples.ts';
import { SqliteMetadataStore } from './metadata-sqlite.ts';
import { inMemory, openDatabase, openDatabaseToRead } from './open-database.ts';

/** How many of `texts` are found anywhere in the files of a folder. */
function foundIn(folder: string, texts: readonly string[]): number {
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'));
  return texts.filter((text) => bytes.some((each) => each.includes(text))).length;
}

function freshKeys(count: number): readonly string[] {
  return Array.from({ length: count }, () => randomBytes(65).toString('base64'));
}

test('after the keys of a recording are destroyed no file of the database holds one of them', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  await using store = new SqliteMetadataStore(db);
  const recordings = Array.from({ length: 3 }, () => ({ id: freshId<RecordingId>(), keys: freshKeys(200) }));
  for (let number = 0; number < 200; number += 1) {
    const segments = recordings.map(({ id, keys }) => someSegment(id, number, keys[number] ?? ''));
    await store.commit({ segments });
    // The same segment told again, longer than before: its row moves, and leaves a place where it was.
    await store.commit({ segments: segments.map((each) => ({ ...each, lastTag: 'c'.repeat(32 + number) })) });
  }
  const found = (): readonly number[] => recordings.map(({ keys }) => foundIn(folder.path, keys));
  const left = recordings.map(() => 200);
  assert.deepEqual(found(), left);
  // One after the other: destroying some must not make copies of those that are destroyed later.
  for (const [index, { id }] of recordings.entries()) {
    assert.equal(await store.destroyKeys(id), 200);
    left[index] = 0;
    assert.deepEqual(found(), left);
    assert.ok((await store.segmentsOf(id)).every(({ wrappedKey }) => wrappedKey === ''));
  }
});

test('a key that waits to be committed when its recording is destroyed is destroyed as well', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  await using store = new SqliteMetadataStore(db);
  const recordingId = freshId<RecordingId>();
  const [key = ''] = freshKeys(1);
  const committed = store.commit({ segments: [someSegment(recordingId, 0, key)] });
  assert.equal(await store.destroyKeys(recordingId), 1);
  await committed;
  assert.equal(foundIn(folder.path, [key]), 0);
});

test('a destroyed key does not come back when its segment is committed again', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  await using store = new SqliteMetadataStore(db);
  const recordingId = freshId<RecordingId>();
  const [key = ''] = freshKeys(1);
  const segment = someSegment(recordingId, 0, key);
  await store.commit({ segments: [segment] });
  await store.destroyKeys(recordingId);
  await store.commit({ segments: [{ ...segment, bytes: 7 }] });
  assert.deepEqual(await store.segmentsOf(recordingId), [{ ...segment, bytes: 7, wrappedKey: '' }]);
  assert.equal(foundIn(folder.path, [key]), 0);
});

test('a key that is replaced by another wrapping, or by none, leaves no copy either', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  await using store = new SqliteMetadataStore(db);
  const recordingId = freshId<RecordingId>();
  const [first = '', second = ''] = freshKeys(2);
  const segment = someSegment(recordingId, 0, first);
  const keys: (string | undefined)[] = [];
  for (const wrappedKey of [first, second, '', first]) {
    await store.commit({ segments: [{ ...segment, wrappedKey }] });
    keys.push((await store.segmentsOf(recordingId))[0]?.wrappedKey);
  }
  assert.deepEqual(keys, [first, second, '', '']);
  assert.equal(await store.destroyKeys(recordingId), 0);
  assert.equal(foundIn(folder.path, [first, second]), 0);
});

test('while a reader holds on to an old copy of the keys, destroying them is not reported as done', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  await using store = new SqliteMetadataStore(db);
  const recordingId = freshId<RecordingId>();
  const keys = freshKeys(3);
  await store.commit({ segments: keys.map((key, number) => someSegment(recordingId, number, key)) });
  using reader = openDatabaseToRead(folder.path);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM segments').get();
  await store.commit({ conversations: [someConversation()] });
  await assert.rejects(
    store.destroyKeys(recordingId),
    (error) => error instanceof Fault && error.code === 'storageUnavailable',
  );
  reader.exec('COMMIT');
  await store.destroyKeys(recordingId);
  assert.equal(foundIn(folder.path, keys), 0);
});

test('destroying keys of a recording without any is no failure, in a file and in memory', async () => {
  using folder = temporaryFolder();
  for (const where of [folder.path, inMemory]) {
    using db = openDatabase(where);
    await using store = new SqliteMetadataStore(db);
    assert.equal(await store.destroyKeys(freshId()), 0);
  }
});
