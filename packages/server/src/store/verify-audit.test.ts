import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { auditChainStart, auditText, type ConversationId } from '@tacet/domain';
import { freshId, someAudit } from '../../test/store-samples.ts';
import { auditEntryOf, auditHash } from './audit-table.ts';
import { SqliteMetadataStore } from './metadata-sqlite.ts';
import { inMemory, openDatabase } from './open-database.ts';
import { type AuditFinding, verifyAudit } from './verify-audit.ts';

async function logOf(count: number): Promise<DatabaseSync> {
  const db = openDatabase(inMemory);
  await using store = new SqliteMetadataStore(db);
  await store.commit({ audit: Array.from({ length: count }, () => someAudit()) });
  return db;
}

/** What somebody with the file in hand can do: the triggers are only part of the tables. */
function unlock(db: DatabaseSync): void {
  for (const name of ['audit_continues', 'audit_unchanged', 'audit_kept']) db.exec(`DROP TRIGGER ${name}`);
}

function findings(db: DatabaseSync): readonly string[] {
  return [...verifyAudit(db)].map(({ number, what }: AuditFinding) => `${number}: ${what}`);
}

test('an entry of the audit log cannot be changed, removed, replaced or slipped in', async () => {
  using db = await logOf(3);
  assert.throws(() => db.exec(`UPDATE audit SET text = 'x' WHERE number = 2`), /never changed/);
  assert.throws(() => db.exec('UPDATE audit SET number = 9 WHERE number = 3'), /never changed/);
  assert.throws(() => db.exec('DELETE FROM audit WHERE number = 3'), /never removed/);
  assert.throws(() => db.exec('DELETE FROM audit'), /never removed/);
  const row = `(number, previous_hash, hash, text) SELECT`;
  for (const verb of ['INSERT', 'INSERT OR REPLACE', 'INSERT OR IGNORE', 'REPLACE']) {
    assert.throws(() => db.exec(`${verb} INTO audit ${row} 2, previous_hash, hash, 'x' FROM audit WHERE number = 2`));
    assert.throws(() => db.exec(`${verb} INTO audit ${row} 9, hash, hash, 'x' FROM audit WHERE number = 3`));
    assert.throws(() => db.exec(`${verb} INTO audit ${row} 4, previous_hash, hash, 'x' FROM audit WHERE number = 3`));
  }
  assert.deepEqual(findings(db), []);
});

test('a log that nobody touched has no findings, and its head is told', async () => {
  using db = await logOf(1_203);
  const progress: number[] = [];
  const verifying = verifyAudit(db, (checkedCount) => progress.push(checkedCount));
  const end = verifying.next();
  assert.ok(end.done === true);
  assert.deepEqual(end.value, {
    number: 1_203,
    hash: db.prepare('SELECT hash FROM audit WHERE number = 1203').get()?.['hash'],
  });
  assert.deepEqual(progress, [500, 1_000, 1_203]);
});

test('a log without entries has no findings', () => {
  using db = openDatabase(inMemory);
  assert.deepEqual(verifyAudit(db).next(), { done: true, value: { number: 0, hash: auditChainStart } });
});

test('an entry whose text was changed is found', async () => {
  using db = await logOf(5);
  unlock(db);
  db.exec(`UPDATE audit SET text = replace(text, '"done"', '"refused"') WHERE number = 3`);
  assert.deepEqual(findings(db), ['3: Its text was changed: it does not have the stored hash.']);
});

test('an entry that was changed together with its hash breaks the chain at the next one', async () => {
  using db = await logOf(5);
  unlock(db);
  const row = db.prepare('SELECT * FROM audit WHERE number = 3').get() ?? {};
  const text = auditText({ ...auditEntryOf(row), result: 'refused' });
  db.prepare('UPDATE audit SET text = ?, hash = ? WHERE number = 3').run(text, auditHash(text));
  assert.deepEqual(findings(db), ['4: It does not continue the chain: the entry before was another one.']);
});

test('entries that were removed are found, at the start and in the middle', async () => {
  using db = await logOf(9);
  unlock(db);
  db.exec('DELETE FROM audit WHERE number IN (1, 4, 5)');
  assert.deepEqual(findings(db), ['2: Entries 1 to 1 are missing.', '6: Entries 4 to 5 are missing.']);
});

test('entries that were exchanged are found', async () => {
  using db = await logOf(4);
  unlock(db);
  db.exec('UPDATE audit SET number = CASE number WHEN 2 THEN -3 ELSE -2 END WHERE number IN (2, 3)');
  db.exec('UPDATE audit SET number = -number WHERE number < 0');
  assert.deepEqual([...new Set([...verifyAudit(db)].map(({ number }) => number))], [2, 3, 4]);
});

test('an entry that was moved to another conversation is found', async () => {
  using db = openDatabase(inMemory);
  await using store = new SqliteMetadataStore(db);
  await store.commit({ audit: [someAudit({ conversationId: freshId<ConversationId>() }), someAudit()] });
  unlock(db);
  db.exec(`UPDATE audit SET conversation_id = 'another'`);
  assert.deepEqual(findings(db), [
    '1: Its row says something else than its text.',
    '2: Its row says something else than its text.',
  ]);
});

test('a text that was never an entry is found, even with its right hash', async () => {
  using db = await logOf(2);
  unlock(db);
  const put = db.prepare('UPDATE audit SET text = ?, hash = ? WHERE number = 2');
  put.run('not JSON', auditHash('not JSON'));
  assert.deepEqual(findings(db), ['2: Its text cannot be read.']);
  put.run('{"number":2}', auditHash('{"number":2}'));
  assert.equal(findings(db).length, 1);
});

test('an entry that says the same in another form is found, even with its right hash', async () => {
  using db = await logOf(2);
  unlock(db);
  const text = String(db.prepare('SELECT text FROM audit WHERE number = 2').get()?.['text']);
  const spaced = JSON.stringify(JSON.parse(text), null, 1);
  db.prepare('UPDATE audit SET text = ?, hash = ? WHERE number = 2').run(spaced, auditHash(spaced));
  assert.deepEqual(findings(db), ['2: Its text is not in the form in which entries are written.']);
});
