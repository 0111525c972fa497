/** Segments; their wrapped keys lie apart, so that these can be destroyed while the rest is still known. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordingId, SegmentDescriptor } from '@tacet/domain';
import { readDocument } from './document-row.ts';
import { SegmentKeys, wrappedKeyOf } from './segment-keys.ts';

export class SegmentTable {
  readonly #keys: SegmentKeys;
  readonly #keyNumber: StatementSync;
  readonly #put: StatementSync;
  readonly #list: StatementSync;

  constructor(db: DatabaseSync) {
    this.#keys = new SegmentKeys(db);
    this.#keyNumber = db.prepare('SELECT key_number FROM segments WHERE id = ?');
    this.#put = db.prepare(`
      INSERT INTO segments (id, recording_id, stream_id, number, key_number, document) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET recording_id = excluded.recording_id, stream_id = excluded.stream_id,
        number = excluded.number, key_number = excluded.key_number, document = excluded.document`);
    this.#list = db.prepare(`
      SELECT id, wrapped_key, document FROM segments JOIN segment_keys ON segment_keys.number = key_number
      WHERE recording_id = ? ORDER BY stream_id, segments.number, id`);
  }

  put({ wrappedKey, ...rest }: SegmentDescriptor): void {
    const { id, recordingId, streamId, number } = rest;
    const known = this.#keyNumber.get(id)?.['key_number'];
    const keyNumber = known === undefined ? this.#keys.add(wrappedKey) : this.#keys.replace(Number(known), wrappedKey);
    this.#put.run(id, recordingId, streamId, number, keyNumber, JSON.stringify(rest));
  }

  /** All of a recording, stream by stream, each in the order of its chain. */
  of(id: RecordingId): readonly SegmentDescriptor[] {
    return this.#list.all(id).map((row) => ({
      ...readDocument<Omit<SegmentDescriptor, 'wrappedKey'>>(row),
      wrappedKey: wrappedKeyOf(row),
    }));
  }

  /** @returns how many keys were destroyed. */
  destroyKeys(id: RecordingId): number {
    return this.#keys.destroyAll(id);
  }
}
