import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AuditEntry, auditActions, auditChainStart, auditText } from './audit.ts';
import type { ConversationId, RecordingId, RequestId } from './ids.ts';
import { instant } from './instant.ts';

type Unhashed = Omit<AuditEntry, 'hash'>;

const entry: Unhashed = {
  number: 1,
  previousHash: auditChainStart,
  at: instant(1_780_000_000_123.456),
  action: 'recordingPaused',
  result: 'done',
  by: { clientId: 'system', name: 'Zoë "z"', from: '192.0.2.1', door: 'PUT /x', requestId: 'r-1' as RequestId },
  conversationId: 'c-1' as ConversationId,
  facts: { closedAt: 5, streams: ['b', 'a'] },
};

/** The same entry with its members in another order, at every depth. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turned(member)]),
  );
}

test('the text of an audit entry is JSON with sorted members and without absent ones', () => {
  assert.equal(
    auditText(entry),
    '{"action":"recordingPaused","at":"2026-05-28T20:26:40.123Z",' +
      '"by":{"clientId":"system","door":"PUT /x","from":"192.0.2.1","name":"Zoë \\"z\\"","requestId":"r-1"},' +
      '"conversationId":"c-1","facts":{"closedAt":5,"streams":["b","a"]},"instant":1780000000123.456,"number":1,' +
      `"previousHash":"${auditChainStart}","result":"done"}`,
  );
});

test('the order in which members were set does not change the text', () => {
  assert.equal(auditText(turned(entry) as Unhashed), auditText(entry));
});

test('the hash of an entry is no part of its own text', () => {
  const hashed: AuditEntry = { ...entry, hash: 'f'.repeat(64) };
  assert.equal(auditText(hashed), auditText(entry));
});

test('any change of an entry changes its text', () => {
  const changes: readonly Partial<Unhashed>[] = [
    { number: 2 },
    { previousHash: '1'.repeat(64) },
    { at: instant(entry.at + 0.001) },
    { action: 'recordingResumed' },
    { result: 'refused' },
    { by: { ...entry.by, name: 'somebody else' } },
    { conversationId: 'c-2' as ConversationId },
    { recordingId: 'r-2' as RecordingId },
    { facts: { closedAt: 5, streams: ['a', 'b'] } },
    { facts: { closedAt: '5', streams: ['b', 'a'] } },
    { facts: {} },
  ];
  const texts = new Set([entry, ...changes.map((change) => ({ ...entry, ...change }))].map(auditText));
  assert.equal(texts.size, changes.length + 1);
});

test('two entries have the same text only when they are the same', () => {
  const text = fc.string({ maxLength: 4 });
  const facts = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.array(text, { maxLength: 3 })), { maxKeys: 3 });
  fc.assert(
    fc.property(facts, facts, (one, other) => {
      const [a, b] = [auditText({ ...entry, facts: one }), auditText({ ...entry, facts: other })];
      assert.deepEqual(JSON.parse(a)['facts'], JSON.parse(JSON.stringify(one)));
      if (a === b) assert.deepEqual({ ...one }, { ...other });
    }),
  );
});

test('every action has a name of its own', () => {
  assert.equal(new Set(auditActions).size, auditActions.length);
});
