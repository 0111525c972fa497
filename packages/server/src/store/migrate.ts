/** Brings the tables of a database up to what this version knows, or refuses one that is ahead of it. */
import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '@tacet/domain';
import type { Migration } from './migration.ts';

function appliedNames(db: DatabaseSync): readonly string[] {
  const table = db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'`).get();
  if (table === undefined) return [];
  return db
    .prepare('SELECT name FROM migrations ORDER BY number')
    .all()
    .map((row) => String(row['name']));
}

/**
 * Compares the steps a database has seen with those this version knows.
 * @returns the steps that are still missing.
 * @throws Fault storageUnavailable when the database has seen a step that this version does not know.
 */
export function missingSteps(db: DatabaseSync, known: readonly Migration[]): readonly Migration[] {
  const applied = appliedNames(db);
  applied.forEach((name, at) => {
    if (known[at]?.name === name) return;
    const reason =
      `The database was made by a newer version of Tacet: this version does not know its step ${at + 1}, "${name}". ` +
      'Run the newer version, or restore a backup that was made before the update.';
    throw new Fault('storageUnavailable', { reason });
  });
  return known.slice(applied.length);
}

/**
 * Takes every missing step in one transaction: a database is never left half-way.
 * @throws Fault storageUnavailable when the database was made by a newer version.
 */
export function migrate(db: DatabaseSync, known: readonly Migration[]): void {
  // Another process may open the same new database; whoever gets the lock second finds nothing left to do.
  db.exec('BEGIN IMMEDIATE');
  try {
    const missing = missingSteps(db, known);
    if (missing.length > 0) {
      db.exec(`CREATE TABLE IF NOT EXISTS migrations (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, applied_at TEXT NOT NULL DEFAULT (datetime('now'))
      ) STRICT`);
      const note = db.prepare('INSERT INTO migrations (name) VALUES (?)');
      for (const step of missing) {
        step.up(db);
        note.run(step.name);
      }
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
