/** The tables of conversations, recordings, withheld spans, segments and timelines. */
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

/**
 * A record is kept whole as a JSON document; the columns beside it repeat only what is searched for or sorted by.
 * Instants are milliseconds since the Unix epoch, as everywhere.
 */
const documents = `
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    started_at REAL NOT NULL,
    ended_at REAL,
    search_terms TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX conversations_by_start ON conversations (started_at, id);
  CREATE INDEX conversations_active ON conversations (started_at, id) WHERE ended_at IS NULL;

  CREATE TABLE participant_addresses (
    address TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    PRIMARY KEY (address, conversation_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX participant_addresses_of ON participant_addresses (conversation_id);

  CREATE TABLE external_ids (
    value TEXT NOT NULL,
    name TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    PRIMARY KEY (value, name, conversation_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX external_ids_of ON external_ids (conversation_id);

  CREATE TABLE recordings (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    started_at REAL NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX recordings_of ON recordings (conversation_id, started_at, id);

  CREATE TABLE spans (
    conversation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    closed_at REAL NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (conversation_id, id)
  ) STRICT, WITHOUT ROWID;
`;

/** How keys are kept is told in segment-keys.ts. */
const segments = `
  CREATE TABLE segment_keys (
    number INTEGER PRIMARY KEY,
    wrapped_key BLOB NOT NULL
  ) STRICT;

  CREATE TABLE segments (
    id TEXT PRIMARY KEY,
    recording_id TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    key_number INTEGER NOT NULL REFERENCES segment_keys (number),
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX segments_of ON segments (recording_id, stream_id, number);
`;

/**
 * What was not kept of a stream. A withheld interval may be told again while it grows, so its start names it; a lost
 * one is told when it is over, so both its ends do.
 */
const intervals = `
  CREATE TABLE withheld_intervals (
    stream_id TEXT NOT NULL,
    from_at REAL NOT NULL,
    to_at REAL NOT NULL CHECK (from_at <= to_at),
    unit_count INTEGER NOT NULL CHECK (unit_count >= 0),
    PRIMARY KEY (stream_id, from_at)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lost_intervals (
    stream_id TEXT NOT NULL,
    from_at REAL NOT NULL,
    to_at REAL NOT NULL CHECK (from_at <= to_at),
    unit_count INTEGER NOT NULL CHECK (unit_count >= 0),
    reason TEXT NOT NULL,
    PRIMARY KEY (stream_id, from_at, to_at)
  ) STRICT, WITHOUT ROWID;
`;

export const recordTables: Migration = {
  name: 'records',
  up(db: DatabaseSync): void {
    db.exec(documents);
    db.exec(segments);
    db.exec(intervals);
  },
};
