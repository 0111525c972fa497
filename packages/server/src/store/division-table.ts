/** Divisions in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import { type DivisionId, type IdSource, needs } from '@tacet/domain';
import type { Division } from '../control/identity.ts';
import { GuardedStatement } from './guarded-statement.ts';
import { nameKey } from './name-key.ts';
import { unlessTaken } from './taken.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly is_home: number;
}

const columns = 'id, name, description, is_home';

export class DivisionTable {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #homeId: string;

  /** Makes the home division when there is none. */
  constructor(db: DatabaseSync, ids: IdSource) {
    this.#statements = prepare(db);
    this.#statements.makeHome.run(ids.next<DivisionId>());
    const home = this.#statements.home.get() as unknown as Row | undefined;
    needs(home !== undefined, 'there is a home division');
    this.#homeId = home.id;
  }

  home(): Division {
    const home = this.get(this.#homeId);
    needs(home !== undefined, 'the home division stays');
    return home;
  }

  get(id: string): Division | undefined {
    const row = this.#statements.get.get(id);
    return row === undefined ? undefined : toDivision(row as unknown as Row);
  }

  all(): readonly Division[] {
    return (this.#statements.all.all() as unknown as readonly Row[]).map(toDivision);
  }

  put({ id, name, description, isHome }: Division): void {
    unlessTaken({ field: 'name', value: name, entity: 'division' }, () =>
      this.#statements.put.run(id, name, nameKey(name), description, isHome ? 1 : 0),
    );
  }

  remove(id: DivisionId): void {
    this.#statements.remove.run(id);
  }
}

function toDivision(row: Row): Division {
  return { id: row.id as DivisionId, name: row.name, description: row.description, isHome: row.is_home === 1 };
}

function prepare(db: DatabaseSync) {
  const statement = (sql: string): GuardedStatement => new GuardedStatement(db, sql);
  return {
    makeHome: statement(`
      INSERT INTO divisions (id, name, name_key, description, is_home) SELECT ?, 'Home', 'home', '', 1
      WHERE NOT EXISTS (SELECT 1 FROM divisions WHERE is_home = 1)`),
    home: statement(`SELECT ${columns} FROM divisions WHERE is_home = 1`),
    get: statement(`SELECT ${columns} FROM divisions WHERE id = ?`),
    all: statement(`SELECT ${columns} FROM divisions ORDER BY name_key`),
    put: statement(`
      INSERT INTO divisions (id, name, name_key, description, is_home) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, name_key = excluded.name_key, description = excluded.description`),
    remove: statement('DELETE FROM divisions WHERE id = ? AND is_home = 0'),
  };
}
