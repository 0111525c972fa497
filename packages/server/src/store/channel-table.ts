/** Notification channels in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '@tacet/domain';
import type { ChannelMark, ChannelRecord, ChannelStore } from '../notify/channel.ts';
import { readDocument } from './document-row.ts';
import { GuardedStatement } from './guarded-statement.ts';
import { together } from './together.ts';

export class ChannelTable implements ChannelStore {
  readonly #db: DatabaseSync;
  readonly #all: GuardedStatement;
  readonly #put: GuardedStatement;
  readonly #mark: GuardedStatement;
  readonly #remove: GuardedStatement;

  /** The table must exist. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#all = new GuardedStatement(db, 'SELECT id, document, received, used_at FROM notification_channels');
    this.#put = new GuardedStatement(
      db,
      `INSERT INTO notification_channels (id, document, received, used_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET document = excluded.document, received = excluded.received,
        used_at = excluded.used_at`,
    );
    this.#mark = new GuardedStatement(db, 'UPDATE notification_channels SET received = ?, used_at = ? WHERE id = ?');
    this.#remove = new GuardedStatement(db, 'DELETE FROM notification_channels WHERE id = ?');
  }

  all(): readonly (ChannelRecord & ChannelMark)[] {
    return this.#all.all().map((row) => ({
      ...readDocument<ChannelRecord>(row),
      received: Number(row['received']),
      usedAt: Number(row['used_at']) as Instant,
    }));
  }

  put({ received, usedAt, ...record }: ChannelRecord & ChannelMark): void {
    this.#put.run(record.id, JSON.stringify(record), received, usedAt);
  }

  mark(marks: readonly ChannelMark[]): void {
    together(this.#db, () => {
      for (const { id, received, usedAt } of marks) this.#mark.run(received, usedAt, id);
    });
  }

  remove(ids: readonly string[]): void {
    together(this.#db, () => {
      for (const id of ids) this.#remove.run(id);
    });
  }
}
