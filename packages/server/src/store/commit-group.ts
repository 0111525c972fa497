/** Writes a group of changes in one transaction in which each is still all or nothing. */
import type { DatabaseSync } from 'node:sqlite';
import { Defect, Fault } from '@tacet/domain';
import type { Failure } from './group-commit.ts';
import { isStorageFailure } from './sqlite-error.ts';

/** Writes one change inside a savepoint. A change that cannot be stored is undone alone; failing storage is thrown. */
function writeAlone(db: DatabaseSync, write: () => void): Failure | undefined {
  db.exec('SAVEPOINT change');
  try {
    write();
    db.exec('RELEASE change');
    return undefined;
  } catch (error) {
    if (isStorageFailure(error) || !db.isTransaction) throw error;
    db.exec('ROLLBACK TO change; RELEASE change');
    return { error: new Defect('a change that cannot be stored was committed', { cause: error }) };
  }
}

/**
 * Writes `changes` in their order; when it returns, those without a failure are on the disk.
 * When the storage fails nothing of the group is kept, and every failure is a Fault storageUnavailable.
 * A change that can never be stored (a value of the wrong kind) fails alone, with a Defect.
 */
export function commitGroup<T>(
  db: DatabaseSync,
  changes: readonly T[],
  write: (change: T, place: number) => void,
): readonly (Failure | undefined)[] {
  try {
    db.exec('BEGIN IMMEDIATE');
    const outcomes = changes.map((change, place) => writeAlone(db, () => write(change, place)));
    db.exec('COMMIT');
    return outcomes;
  } catch (error) {
    // SQLite has already rolled back after some failures (a full disk among them), but not after all.
    if (db.isTransaction) db.exec('ROLLBACK');
    const failure: Failure = { error: new Fault('storageUnavailable', {}, error) };
    return changes.map(() => failure);
  }
}
