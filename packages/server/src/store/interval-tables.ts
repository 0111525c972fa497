/** What was not kept of each stream, told in pieces that may repeat, overlap in time and come in any order. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant, LossReason, StreamId, StreamInterval, StreamTimeline } from '@tacet/domain';
import type { Row } from './document-row.ts';

function intervalOf(row: Row): StreamInterval {
  const from = Number(row['from_at']) as Instant;
  const to = Number(row['to_at']) as Instant;
  const unitCount = Number(row['unit_count']);
  const { kind } = row;
  if (kind === 'withheld' || kind === 'masked') return { kind, from, to, unitCount };
  return { kind: 'lost', from, to, unitCount, reason: String(row['reason']) as LossReason };
}

/**
 * Adding is a merge that comes out the same in any order and however often: of two accounts of the same interval the
 * one that says more stands. That is what lets a capture tell a withheld interval again while it grows, and a recovered
 * node tell all it knows once more.
 */
export class IntervalTables {
  readonly #addWithheld: StatementSync;
  readonly #addMasked: StatementSync;
  readonly #addLost: StatementSync;
  readonly #list: StatementSync;

  constructor(db: DatabaseSync) {
    const growing = (table: string): StatementSync =>
      db.prepare(`
      INSERT INTO ${table} (stream_id, from_at, to_at, unit_count) VALUES (?, ?, ?, ?)
      ON CONFLICT (stream_id, from_at) DO UPDATE SET to_at = excluded.to_at, unit_count = excluded.unit_count
        WHERE (excluded.to_at, excluded.unit_count) > (to_at, unit_count)`);
    this.#addWithheld = growing('withheld_intervals');
    this.#addMasked = growing('masked_intervals');
    this.#addLost = db.prepare(`
      INSERT INTO lost_intervals (stream_id, from_at, to_at, unit_count, reason) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (stream_id, from_at, to_at) DO UPDATE SET unit_count = excluded.unit_count, reason = excluded.reason
        WHERE (excluded.unit_count, excluded.reason) > (unit_count, reason)`);
    this.#list = db.prepare(`
      SELECT 'withheld' AS kind, from_at, to_at, unit_count, NULL AS reason FROM withheld_intervals WHERE stream_id = ?1
      UNION ALL
      SELECT 'masked', from_at, to_at, unit_count, NULL FROM masked_intervals WHERE stream_id = ?1
      UNION ALL
      SELECT 'lost', from_at, to_at, unit_count, reason FROM lost_intervals WHERE stream_id = ?1
      ORDER BY from_at, to_at, kind`);
  }

  add({ streamId, intervals }: StreamTimeline): void {
    for (const interval of intervals) {
      const { from, to, unitCount } = interval;
      if (interval.kind === 'withheld') this.#addWithheld.run(streamId, from, to, unitCount);
      else if (interval.kind === 'masked') this.#addMasked.run(streamId, from, to, unitCount);
      else this.#addLost.run(streamId, from, to, unitCount, interval.reason);
    }
  }

  /** In order of their starts; a stream of which nothing is known has an empty timeline. */
  of(streamId: StreamId): StreamTimeline {
    return { streamId, intervals: this.#list.all(streamId).map(intervalOf) };
  }
}
