/** Recordings, found by their own id and by their conversation. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ConversationId, Recording, RecordingId } from '@tacet/domain';
import { readDocument } from './document-row.ts';

export class RecordingTable {
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #list: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(`
      INSERT INTO recordings (id, conversation_id, started_at, document) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET conversation_id = excluded.conversation_id,
        started_at = excluded.started_at, document = excluded.document`);
    this.#get = db.prepare('SELECT id, document FROM recordings WHERE id = ?');
    this.#list = db.prepare('SELECT id, document FROM recordings WHERE conversation_id = ? ORDER BY started_at, id');
  }

  put(recording: Recording): void {
    this.#put.run(recording.id, recording.conversationId, recording.startedAt, JSON.stringify(recording));
  }

  get(id: RecordingId): Recording | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : readDocument<Recording>(row);
  }

  /** All of a conversation, the earliest first. */
  of(id: ConversationId): readonly Recording[] {
    return this.#list.all(id).map((row) => readDocument<Recording>(row));
  }
}
