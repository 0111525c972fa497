/** Segments of all recordings, in the order in which their keys came into store: a key's number is never used again. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type {
  DivisionId,
  PlacedSegment,
  PlacedSegments,
  Recording,
  SegmentDescriptor,
  SegmentQuery,
} from '@tacet/domain';
import { type Row, readDocument } from './document-row.ts';
import { wrappedKeyOf } from './segment-keys.ts';

function placed(row: Row): PlacedSegment {
  const segment = readDocument<Omit<SegmentDescriptor, 'wrappedKey'>>(row);
  const recording = readDocument<Recording>({ id: row['recording_id'] ?? null, document: row['recording'] ?? null });
  const divisionId = String(row['division_id']) as DivisionId;
  return { segment: { ...segment, wrappedKey: wrappedKeyOf(row) }, recording, divisionId };
}

export class SegmentOrder {
  readonly #newest: StatementSync;
  readonly #last: StatementSync;
  readonly #list: StatementSync;

  constructor(db: DatabaseSync) {
    this.#newest = db.prepare('SELECT max(number) AS newest FROM segment_keys');
    this.#last = db.prepare(
      'SELECT max(key_number) AS last FROM (SELECT key_number FROM segments WHERE key_number > ? ORDER BY key_number LIMIT ?)',
    );
    this.#list = db.prepare(`
      SELECT segments.id, segments.recording_id, wrapped_key, segments.document, recordings.document AS recording, division_id
      FROM segments
        JOIN segment_keys ON segment_keys.number = key_number
        JOIN recordings ON recordings.id = recording_id
        JOIN conversations ON conversations.id = conversation_id
      WHERE key_number > ? AND key_number <= ?
        AND json_extract(recordings.document, '$.mediaType') IN (SELECT value FROM json_each(?))
      ORDER BY key_number`);
  }

  after({ after, mediaTypes, limit }: SegmentQuery): PlacedSegments {
    const newest = Number(this.#newest.get()?.['newest'] ?? 0);
    if (newest <= after) return { items: [], upTo: newest };
    const last = this.#last.get(after, limit)?.['last'];
    // Keys whose segments got another one since.
    if (typeof last !== 'number') return { items: [], upTo: newest };
    return { items: this.#list.all(after, last, JSON.stringify(mediaTypes)).map(placed), upTo: last };
  }
}
