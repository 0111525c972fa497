/** Opens the database of a node so that what was committed stays and what was deleted is gone. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@tacet/domain';
import { migrate, missingSteps } from './migrate.ts';
import { migrations } from './migrations.ts';
import { resultCode } from './sqlite-error.ts';

/** As a data folder: a database that lives in memory alone. */
export const inMemory: string = ':memory:';

/** The first of these as it was when it was new: a copy is there ten times sooner than one whose tables are made. */
let newInMemory: Uint8Array | undefined;

const fileName = 'tacet.db';

/**
 * How long a statement waits for another process that holds the lock. The wait blocks the whole thread, so it must stay
 * far below the time in which gates have to be confirmed (`limits.gateDeadlineMs`).
 */
const lockWaitMs = 500;

/** A transaction that outgrows the cache is written twice; this holds the largest group of batches several times over. */
const cacheKiB = 65_536;

const notADatabase = 26;
const cannotOpen = 14;

function refusal(reason: string, cause?: unknown): Fault {
  return new Fault('storageUnavailable', { reason }, cause);
}

function asRefusal(error: unknown): unknown {
  const code = resultCode(error);
  if (code === undefined) return error;
  if (code === notADatabase) return refusal(`${fileName} in the data folder is damaged or not a database.`, error);
  if (code === cannotOpen) return refusal(`${fileName} cannot be opened; check that the data folder is ours.`, error);
  return refusal(`${fileName} cannot be used: ${(error as Error).message}.`, error);
}

/** Opens for writing with the settings on which durability and deletion rest. */
function tune(db: DatabaseSync, isFile: boolean): void {
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (isFile && mode !== 'wal') throw refusal('The file system of the data folder does not support a write-ahead log.');
  // FULL: a commit has reached the disk when it returns. Deleted values are overwritten, not only forgotten.
  db.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY');
  db.exec(`PRAGMA cache_size = -${cacheKiB}`);
}

/** The file carries wrapped keys and the audit log; nobody but the owner may read it, nor the log files beside it. */
function createFile(dataFolder: string): string {
  const path = join(dataFolder, fileName);
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw refusal(`${fileName} cannot be created; check that the data folder is ours.`, error);
  }
  return path;
}

/**
 * Opens `tacet.db` in a data folder, creating both if need be, and brings its tables up to date.
 * @param dataFolder the folder, or `:memory:` for a database that ends with the process.
 * @throws Fault storageUnavailable, with a sentence for the operator in `facts.reason`.
 */
export function openDatabase(dataFolder: string): DatabaseSync {
  const isFile = dataFolder !== inMemory;
  const path = isFile ? createFile(dataFolder) : inMemory;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: lockWaitMs });
    if (!isFile && newInMemory !== undefined) db.deserialize(newInMemory);
    tune(db, isFile);
    migrate(db, migrations);
    if (!isFile) newInMemory ??= db.serialize();
    return db;
  } catch (error) {
    db?.close();
    throw asRefusal(error);
  }
}

/**
 * Opens the database of a data folder for reading only, beside a running server if there is one; nothing is changed.
 * @throws Fault storageUnavailable when there is none, or when another version made it.
 */
export function openDatabaseToRead(dataFolder: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(join(dataFolder, fileName), { readOnly: true, timeout: lockWaitMs });
    if (missingSteps(db, migrations).length === 0) return db;
    throw refusal('The database was made by an older version of Tacet; start the server once to bring it up to date.');
  } catch (error) {
    db?.close();
    throw asRefusal(error);
  }
}
