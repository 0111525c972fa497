/** Recordings, found by their own id, by their conversation and by the date on which they are to be deleted. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ConversationId, DueQuery, DueRecording, Instant, Recording, RecordingId } from '@tacet/domain';
import { readDocument } from './document-row.ts';

/** A recording that goes on, or is deleted already, waits for no deletion. */
function dueAt({ endedAt, fileState, retention }: Recording): Instant | null {
  return endedAt === undefined || fileState === 'DELETED' ? null : (retention?.deleteAt ?? null);
}

export class RecordingTable {
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  readonly #due: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(`
      INSERT INTO recordings (id, conversation_id, started_at, delete_at, document) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET conversation_id = excluded.conversation_id,
        started_at = excluded.started_at, delete_at = excluded.delete_at, document = excluded.document`);
    this.#get = db.prepare('SELECT id, document FROM recordings WHERE id = ?');
    this.#list = db.prepare('SELECT id, document FROM recordings WHERE conversation_id = ? ORDER BY started_at, id');
    this.#due = db.prepare(`
      SELECT id, conversation_id, delete_at FROM recordings
      WHERE delete_at IS NOT NULL AND delete_at <= ? AND (delete_at, id) > (?, ?) ORDER BY delete_at, id LIMIT ?`);
  }

  put(recording: Recording): void {
    const { id, conversationId, startedAt } = recording;
    this.#put.run(id, conversationId, startedAt, dueAt(recording), JSON.stringify(recording));
  }

  get(id: RecordingId): Recording | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : readDocument<Recording>(row);
  }

  /** All of a conversation, the earliest first. */
  of(id: ConversationId): readonly Recording[] {
    return this.#list.all(id).map((row) => readDocument<Recording>(row));
  }

  due({ at, after, limit }: DueQuery): readonly DueRecording[] {
    const rows = this.#due.all(at, after?.deleteAt ?? Number.MIN_SAFE_INTEGER, after?.id ?? '', limit);
    return rows.map((row) => ({
      id: String(row['id']) as RecordingId,
      conversationId: String(row['conversation_id']) as ConversationId,
      deleteAt: Number(row['delete_at']) as Instant,
    }));
  }
}
