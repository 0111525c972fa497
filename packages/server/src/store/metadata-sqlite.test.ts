import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, instant, type WriteBatch } from '@tacet/domain';
import { someAudit, someConversation, temporaryFolder } from '../../test/store-samples.ts';
import { SqliteMetadataStore } from './metadata-sqlite.ts';
import { inMemory, openDatabase, openDatabaseToRead } from './open-database.ts';

function isFault(code: Fault['code']): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}

test('a commit is neither visible nor resolved before its sync', async () => {
  using db = openDatabase(inMemory);
  const turns: (() => void)[] = [];
  const store = new SqliteMetadataStore(db, { schedule: (task) => turns.push(task) });
  const conversation = someConversation();
  let isResolved = false;
  const committed = store.commit({ conversations: [conversation] }).then(() => {
    isResolved = true;
  });
  await new Promise(setImmediate);
  assert.equal(await store.conversation(conversation.id), undefined);
  assert.equal(isResolved, false);
  for (const task of turns) task();
  await committed;
  assert.deepEqual(await store.conversation(conversation.id), conversation);
});

test('a batch that was dropped before its sync is nowhere, and the audit chain has no hole', async () => {
  using db = openDatabase(inMemory);
  const turns: (() => void)[] = [];
  const store = new SqliteMetadataStore(db, { schedule: (task) => turns.push(task) });
  const [lost, kept] = [someConversation(), someConversation()];
  void store.commit({ conversations: [lost], audit: [someAudit()] });
  store.drop();
  const committed = store.commit({ conversations: [kept], audit: [someAudit()] });
  for (const task of turns) task();
  await committed;
  assert.equal(await store.conversation(lost.id), undefined);
  assert.deepEqual(await store.conversation(kept.id), kept);
  assert.equal((await store.audit({ limit: 10 })).total, 1);
});

test('when the disk is full a commit is refused as unavailable, keeps nothing, and works again when there is space', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  await using store = new SqliteMetadataStore(db);
  const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count']);
  db.exec(`PRAGMA max_page_count = ${pages + 4}`);
  const large: WriteBatch = { conversations: [someConversation(200_000)], audit: [someAudit()] };
  const small: WriteBatch = { conversations: [someConversation()], audit: [someAudit()] };
  const outcomes = await Promise.allSettled([store.commit(small), store.commit(large)]);
  for (const outcome of outcomes) {
    assert.ok(outcome.status === 'rejected' && isFault('storageUnavailable')(outcome.reason));
  }
  assert.deepEqual(await store.findConversations({ limit: 10, offset: 0 }), { items: [], total: 0 });
  assert.equal((await store.audit({ limit: 10 })).total, 0);
  db.exec('PRAGMA max_page_count = 100000');
  await Promise.all([store.commit(small), store.commit(large)]);
  assert.equal((await store.findConversations({ limit: 10, offset: 0 })).total, 2);
  assert.equal((await store.audit({ limit: 10 })).total, 2);
});

test('while another process holds the lock a commit is refused as unavailable', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  using other = openDatabase(folder.path);
  await using store = new SqliteMetadataStore(db);
  other.exec('BEGIN IMMEDIATE');
  await assert.rejects(store.commit({ audit: [someAudit()] }), isFault('storageUnavailable'));
  other.exec('ROLLBACK');
  await store.commit({ audit: [someAudit()] });
});

test('two processes that write to one audit log continue each other', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  using other = openDatabase(folder.path);
  await using one = new SqliteMetadataStore(db);
  await using two = new SqliteMetadataStore(other);
  for (const store of [one, two, one, one, two]) await store.commit({ audit: [someAudit()] });
  const { items } = await two.audit({ limit: 10 });
  assert.deepEqual(
    items.map(({ number }) => number),
    [1, 2, 3, 4, 5],
  );
});

test('over a database that was opened to read, what is stored is read and a commit is refused', async () => {
  using folder = temporaryFolder();
  using db = openDatabase(folder.path);
  await using store = new SqliteMetadataStore(db);
  const conversation = someConversation();
  await store.commit({ conversations: [conversation] });
  using readOnly = openDatabaseToRead(folder.path);
  await using reader = new SqliteMetadataStore(readOnly);
  assert.deepEqual(await reader.conversation(conversation.id), conversation);
  await assert.rejects(reader.commit({ conversations: [conversation] }), isFault('storageUnavailable'));
});

test('a stored conversation that is damaged is an error, never a conversation', async () => {
  using db = openDatabase(inMemory);
  await using store = new SqliteMetadataStore(db);
  const [one, two] = [someConversation(), someConversation()];
  await store.commit({ conversations: [one, two] });
  db.prepare('UPDATE conversations SET document = substr(document, 2) WHERE id = ?').run(one.id);
  db.prepare('UPDATE conversations SET document = ? WHERE id = ?').run(JSON.stringify(one), two.id);
  await assert.rejects(store.conversation(one.id), isFault('storageUnavailable'));
  await assert.rejects(store.conversation(two.id), isFault('storageUnavailable'));
});

test('what waits when the store is disposed becomes durable, and later commits are refused', async () => {
  using db = openDatabase(inMemory);
  const store = new SqliteMetadataStore(db);
  const conversation = someConversation();
  const committed = store.commit({ conversations: [conversation] });
  await store[Symbol.asyncDispose]();
  await committed;
  await assert.rejects(store.commit({ conversations: [someConversation()] }), isFault('stopping'));
  assert.deepEqual(await store.conversation(conversation.id), conversation);
});

test('a commit to a database that was closed too early is rejected, not lost without a word', async () => {
  const db = openDatabase(inMemory);
  const store = new SqliteMetadataStore(db);
  const committed = store.commit({ audit: [someAudit()] });
  db.close();
  await assert.rejects(committed);
});

test('a page that is larger than the port allows, or begins before the start, is a defect', async () => {
  using db = openDatabase(inMemory);
  await using store = new SqliteMetadataStore(db);
  for (const limit of [0, 101, 1.5]) await assert.rejects(store.findConversations({ limit, offset: 0 }), /1 to 100/);
  await assert.rejects(store.findConversations({ limit: 1, offset: -1 }), /offset/);
  for (const limit of [1, 100]) await store.findConversations({ limit, offset: 0 });
});

test('an interval that ends before it starts is refused', async () => {
  using db = openDatabase(inMemory);
  await using store = new SqliteMetadataStore(db);
  const { id } = someConversation();
  const intervals = [{ kind: 'withheld', from: instant(2), to: instant(1), unitCount: 0 }] as const;
  const streamId = id as string as Parameters<typeof store.timelineOf>[0];
  await assert.rejects(store.commit({ timelines: [{ streamId, intervals }] }), /cannot be stored/);
  assert.deepEqual((await store.timelineOf(streamId)).intervals, []);
});
