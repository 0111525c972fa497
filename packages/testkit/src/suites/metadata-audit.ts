/** Rules of a metadata store about the audit log (P9). */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type AuditEntry, auditChainStart, auditText, type ConversationId, type MetadataStore } from '@tacet/domain';
import type { MakeMetadataStore } from './metadata-under-test.ts';
import { at, freshId, sampleAudit } from './sample-records.ts';

function numbersOf(entries: readonly AuditEntry[]): readonly number[] {
  return entries.map(({ number }) => number);
}

async function assertChained(store: MetadataStore, count: number): Promise<void> {
  const { items, total } = await store.audit({ limit: 1_000 });
  assert.equal(total, count);
  assert.equal(items.length, count);
  let previousHash = auditChainStart;
  items.forEach((entry, index) => {
    assert.equal(entry.number, index + 1);
    assert.equal(entry.previousHash, previousHash);
    assert.equal(entry.hash, createHash('sha256').update(auditText(entry)).digest('hex'));
    previousHash = entry.hash;
  });
}

export function auditRules(make: MakeMetadataStore): void {
  chain(make);
  reading(make);
}

function chain(make: MakeMetadataStore): void {
  test('audit entries are numbered from 1 without holes, and each carries the hash of the one before', async () => {
    await using made = await make();
    await made.store.commit({ audit: [sampleAudit(), sampleAudit({ result: 'refused' })] });
    await Promise.all(Array.from({ length: 20 }, () => made.store.commit({ audit: [sampleAudit()] })));
    await assertChained(made.store, 22);
  });

  test('the audit chain goes on after a crash where it was', async () => {
    await using made = await make();
    await made.store.commit({ audit: [sampleAudit(), sampleAudit()] });
    const store = await made.reopen();
    await store.commit({ audit: [sampleAudit()] });
    await assertChained(store, 3);
  });

  test('audit entries stand in the order in which they were committed', async () => {
    await using made = await make();
    const drafts = Array.from({ length: 30 }, (_, ms) => sampleAudit({ at: at(1000 - ms) }));
    await Promise.all(drafts.map((draft) => made.store.commit({ audit: [draft] })));
    const { items } = await made.store.audit({ limit: 100 });
    assert.deepEqual(
      items.map((entry) => entry.at),
      drafts.map((draft) => draft.at),
    );
  });
}

function reading(make: MakeMetadataStore): void {
  test('an audit entry is read back with everything its draft said', async () => {
    await using made = await make();
    const draft = sampleAudit({
      conversationId: freshId(),
      recordingId: freshId(),
      by: { clientId: 'system', name: 'quote " and line\nend 🦉', from: '', door: 'recovery', requestId: freshId() },
      facts: { fraction: 0.001, names: [], text: '\u0000\u2028' },
    });
    await made.store.commit({ audit: [draft] });
    const [entry] = (await made.store.audit({ limit: 1 })).items;
    assert.ok(entry !== undefined);
    const { number, previousHash, hash, ...rest } = entry;
    assert.deepEqual(rest, draft);
    assert.deepEqual([number, previousHash, hash.length], [1, auditChainStart, 64]);
  });

  test('audit entries are read by conversation and from a number on, page by page', async () => {
    await using made = await make();
    const conversationId = freshId<ConversationId>();
    const audit = Array.from({ length: 10 }, (_, index) => sampleAudit(index % 2 === 0 ? { conversationId } : {}));
    await made.store.commit({ audit });
    const of = await made.store.audit({ conversationId, limit: 100 });
    assert.deepEqual([numbersOf(of.items), of.total], [[1, 3, 5, 7, 9], 5]);
    const later = await made.store.audit({ conversationId, after: 3, limit: 2 });
    assert.deepEqual([numbersOf(later.items), later.total], [[5, 7], 5]);
    const tail = await made.store.audit({ after: 8, limit: 100 });
    assert.deepEqual([numbersOf(tail.items), tail.total], [[9, 10], 10]);
  });
}
