/** One step in the life of the database's tables. */
import type { DatabaseSync } from 'node:sqlite';

/** A step is never changed once it was released: databases remember by name which ones they have seen. */
export interface Migration {
  readonly name: string;
  /** Runs inside a transaction together with every other step that is still missing. */
  up(db: DatabaseSync): void;
}
