/** The database of the index, beside that of everything else: it can be made again from the recordings, and is. */
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { KeyService } from '@tacet/domain';
import { newSearchKey, type SearchKey, searchKey } from './search-key.ts';

/** Another layout, or another way to make terms, is another number: an index with an older one is made anew. */
const layout = 1;

/** `terms` has the hashes of an item once more, in order of size, so that they are found again when it goes. */
const tables = `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
  CREATE TABLE segments (id TEXT PRIMARY KEY, recording_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX segments_of ON segments (recording_id);
  CREATE TABLE items (
    number INTEGER PRIMARY KEY,
    item_id BLOB NOT NULL,
    recording_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    division_id TEXT NOT NULL,
    media_type TEXT NOT NULL,
    arrived_at REAL NOT NULL,
    terms BLOB NOT NULL
  ) STRICT;
  CREATE INDEX items_of ON items (recording_id);
  CREATE TABLE terms (term INTEGER, item INTEGER, PRIMARY KEY (term, item)) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${layout};
`;

export interface OpenIndex {
  readonly db: DatabaseSync;
  readonly key: SearchKey;
}

const fileName = 'search.db';

export function removeIndex(dataDir: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(join(dataDir, `${fileName}${end}`), { force: true });
}

function openFile(dataDir: string): DatabaseSync {
  const path = join(dataDir, fileName);
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path);
  // What a power cut takes of the newest commits is indexed again: how far it got is in the same commits.
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY',
  );
  return db;
}

function factOf(db: DatabaseSync, name: string): unknown {
  return db.prepare('SELECT value FROM facts WHERE name = ?').get(name)?.['value'];
}

function openKnown(dataDir: string, keys: KeyService): OpenIndex | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = openFile(dataDir);
    const isKnown = db.prepare('PRAGMA user_version').get()?.['user_version'] === layout;
    const key = isKnown ? searchKey(keys, factOf(db, 'key')) : undefined;
    if (key !== undefined) return { db, key };
  } catch {
    // Damaged, or none of ours.
  }
  if (db?.isOpen === true) db.close();
  return undefined;
}

function makeNew(dataDir: string, keys: KeyService): OpenIndex {
  const db = openFile(dataDir);
  const { key, wrapped } = newSearchKey(keys);
  db.exec('BEGIN');
  db.exec(tables);
  db.prepare("INSERT INTO facts (name, value) VALUES ('key', ?), ('place', 0)").run(wrapped);
  db.exec('COMMIT');
  return { db, key };
}

/** Opens the index of a data folder, or makes an empty one where there is none that can be read. */
export function openIndex(dataDir: string, keys: KeyService): OpenIndex {
  const known = openKnown(dataDir, keys);
  if (known !== undefined) return known;
  // Rule: an index that cannot be read is made anew from the recordings
  removeIndex(dataDir);
  return makeNew(dataDir, keys);
}
