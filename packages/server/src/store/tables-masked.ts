/** The table of what policy kept out of streams while they were recorded. */
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

const statements = `
  CREATE TABLE masked_intervals (
    stream_id TEXT NOT NULL,
    from_at REAL NOT NULL,
    to_at REAL NOT NULL CHECK (from_at <= to_at),
    unit_count INTEGER NOT NULL CHECK (unit_count >= 0),
    PRIMARY KEY (stream_id, from_at)
  ) STRICT, WITHOUT ROWID;
`;

export const maskedTable: Migration = {
  name: 'maskedIntervals',
  up(db: DatabaseSync): void {
    db.exec(statements);
  },
};
