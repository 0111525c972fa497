/** One server per data folder: a lock that the operating system releases whatever becomes of the process. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@tacet/domain';

/** Locks of this process: a database that nothing refers to is closed when its memory is reclaimed, lock and all. */
const held = new Set<DatabaseSync>();

/**
 * Takes the lock.
 * @returns what releases it.
 * @throws Fault storageUnavailable when another process has it.
 */
export function lockDataFolder(dataDir: string): () => void {
  const db = new DatabaseSync(join(dataDir, 'server.lock'), { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    const reason = `Another Tacet server is using the data folder ${dataDir}.`;
    throw new Fault('storageUnavailable', { reason }, cause);
  }
  held.add(db);
  return () => {
    held.delete(db);
    db.close();
  };
}
