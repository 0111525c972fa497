/** Withheld spans, kept beside each other where they belong to the same conversation. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ConversationId, WithheldSpan } from '@tacet/domain';
import { readDocument } from './document-row.ts';

/** A span never moves to another conversation, so the two ids together name it; one page is touched by a pause. */
export class SpanTable {
  readonly #put: StatementSync;
  readonly #list: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(`
      INSERT INTO spans (conversation_id, id, closed_at, document) VALUES (?, ?, ?, ?)
      ON CONFLICT (conversation_id, id) DO UPDATE SET closed_at = excluded.closed_at, document = excluded.document`);
    this.#list = db.prepare('SELECT id, document FROM spans WHERE conversation_id = ? ORDER BY closed_at, id');
  }

  put(span: WithheldSpan): void {
    this.#put.run(span.conversationId, span.id, span.closedAt, JSON.stringify(span));
  }

  /** All of a conversation, in the order in which gates were closed. */
  of(id: ConversationId): readonly WithheldSpan[] {
    return this.#list.all(id).map((row) => readDocument<WithheldSpan>(row));
  }
}
