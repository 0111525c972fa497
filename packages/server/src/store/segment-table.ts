/** Segments, with their wrapped keys in a column that can be emptied. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordingId, SegmentDescriptor } from '@tacet/domain';
import { readDocument } from './document-row.ts';

export class SegmentTable {
  readonly #put: StatementSync;
  readonly #list: StatementSync;
  readonly #destroyKeys: StatementSync;

  constructor(db: DatabaseSync) {
    // Rule: a destroyed key does not come back when its segment is committed again.
    this.#put = db.prepare(`
      INSERT INTO segments (id, recording_id, stream_id, number, wrapped_key, document) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET recording_id = excluded.recording_id, stream_id = excluded.stream_id,
        number = excluded.number, document = excluded.document,
        wrapped_key = CASE WHEN wrapped_key = '' THEN '' ELSE excluded.wrapped_key END`);
    this.#list = db.prepare(`
      SELECT id, wrapped_key, document FROM segments WHERE recording_id = ? ORDER BY stream_id, number, id`);
    this.#destroyKeys = db.prepare(`UPDATE segments SET wrapped_key = '' WHERE recording_id = ? AND wrapped_key <> ''`);
  }

  put({ wrappedKey, ...rest }: SegmentDescriptor): void {
    const { id, recordingId, streamId, number } = rest;
    this.#put.run(id, recordingId, streamId, number, wrappedKey, JSON.stringify(rest));
  }

  /** All of a recording, stream by stream, each in the order of its chain. */
  of(id: RecordingId): readonly SegmentDescriptor[] {
    return this.#list.all(id).map((row) => ({
      ...readDocument<Omit<SegmentDescriptor, 'wrappedKey'>>(row),
      wrappedKey: String(row['wrapped_key']),
    }));
  }

  /** @returns how many keys were blanked. */
  destroyKeys(id: RecordingId): number {
    return Number(this.#destroyKeys.run(id).changes);
  }
}
