/** Several statements as one change. */
import type { DatabaseSync } from 'node:sqlite';
import { asFault } from './sqlite-error.ts';

/**
 * Runs `change`: all of it is kept, and on the disk, when this returns, or nothing of it. Nobody else writes in
 * between. Inside a transaction of somebody else it becomes a part of that one.
 */
export function together<T>(db: DatabaseSync, change: () => T): T {
  const [begin, keep, undo] = db.isTransaction
    ? ['SAVEPOINT together', 'RELEASE together', 'ROLLBACK TO together; RELEASE together']
    : ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'];
  try {
    db.exec(begin);
    const result = change();
    db.exec(keep);
    return result;
  } catch (error) {
    // SQLite has already rolled back after some failures (a full disk among them), but not after all.
    if (db.isTransaction) db.exec(undo);
    throw asFault(error);
  }
}
