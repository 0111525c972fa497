/** Conversations of a database that is older than the listing by user. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ConversationSearch } from './conversation-search.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { conversationUserTables } from './tables-conversation-users.ts';

const old = migrations.slice(0, migrations.indexOf(conversationUserTables));

function conversationOf(id: string, userId: string | undefined, ...calls: readonly string[]): object {
  const communications = calls.map((state) => ({ mediaType: 'call', state }));
  const user = userId === undefined ? {} : { userId };
  return { id, divisionId: `division of ${id}`, participants: [{ ...user, communications }, { communications: [] }] };
}

test('conversations that were stored before are found by user and division too', () => {
  using db = new DatabaseSync(':memory:');
  migrate(db, old);
  const put = db.prepare(
    `INSERT INTO conversations (id, started_at, ended_at, search_terms, document) VALUES (?, 1, NULL, '', ?)`,
  );
  for (const conversation of [
    conversationOf('open', 'u1', 'disconnected', 'connected'),
    conversationOf('over', 'u1', 'disconnected'),
    conversationOf('nobody', undefined, 'connected'),
  ]) {
    put.run((conversation as { readonly id: string }).id, JSON.stringify(conversation));
  }
  migrate(db, migrations);
  const search = new ConversationSearch(db);
  const found = (query: object): readonly string[] =>
    search.find({ limit: 10, offset: 0, ...query }).items.map(({ id }) => id);
  assert.deepEqual(found({ participation: { userId: 'u1' } }), ['open', 'over']);
  assert.deepEqual(found({ participation: { userId: 'u1', mediaType: 'call', isOpen: true } }), ['open']);
  assert.deepEqual(found({ divisionIds: ['division of nobody'] }), ['nobody']);
});
