/** A prepared statement whose storage failures are faults. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { asFault } from './sqlite-error.ts';

/**
 * Runs one statement.
 * @throws Fault storageUnavailable when the storage failed; errors of the values come through as they are
 */
export class GuardedStatement {
  readonly #statement: StatementSync;

  constructor(db: DatabaseSync, sql: string) {
    this.#statement = db.prepare(sql);
  }

  get(...values: SQLInputValue[]): Record<string, SQLOutputValue> | undefined {
    try {
      return this.#statement.get(...values);
    } catch (error) {
      throw asFault(error);
    }
  }

  all(...values: SQLInputValue[]): Record<string, SQLOutputValue>[] {
    try {
      return this.#statement.all(...values);
    } catch (error) {
      throw asFault(error);
    }
  }

  /** Returns how many rows it changed. */
  run(...values: SQLInputValue[]): number {
    try {
      return Number(this.#statement.run(...values).changes);
    } catch (error) {
      throw asFault(error);
    }
  }
}
