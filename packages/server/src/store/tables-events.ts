/** The outbox, and the notification channels whose clients are told of it. */
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

/**
 * Numbers have no holes: the trigger keeps out what does not follow the newest event, which is never removed.
 * A channel's `received` changes much more often than the rest of it, and has a column of its own for that.
 */
const statements = `
  CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    document TEXT NOT NULL
  ) STRICT;

  CREATE TRIGGER events_continue BEFORE INSERT ON events
  WHEN NEW.number IS NOT coalesce((SELECT max(number) FROM events), 0) + 1
  BEGIN SELECT RAISE(ABORT, 'an event must follow the newest one'); END;

  CREATE TABLE notification_channels (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    received INTEGER NOT NULL,
    used_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

export const eventTables: Migration = {
  name: 'events',
  up(db: DatabaseSync): void {
    db.exec(statements);
  },
};
