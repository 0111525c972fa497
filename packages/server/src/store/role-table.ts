/** Roles: the built-in ones, and those that somebody added, in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import { builtInRoles, Fault, type PermissionPolicy, type Role, type RoleId } from '@tacet/domain';
import { GuardedStatement } from './guarded-statement.ts';
import { nameKey } from './name-key.ts';
import { unlessTaken } from './taken.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly policies: string;
}

const builtIn: ReadonlyMap<string, Role> = new Map(Object.values(builtInRoles).map((role) => [role.id, role]));

export class RoleTable {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync) {
    this.#statements = prepare(db);
  }

  get(id: RoleId): Role | undefined {
    const own = builtIn.get(id);
    if (own !== undefined) return own;
    const row = this.#statements.get.get(id);
    return row === undefined ? undefined : toRole(row as unknown as Row);
  }

  /** By name. */
  all(): readonly Role[] {
    const added = (this.#statements.all.all() as unknown as readonly Row[]).map(toRole);
    const key = ({ name }: Role): string => nameKey(name);
    return [...builtIn.values(), ...added].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  put({ id, name, description, policies }: Role): void {
    const facts = { field: 'name', value: name, entity: 'role' };
    const key = nameKey(name);
    if (builtIn.has(id) || Object.hasOwn(builtInRoles, key)) throw new Fault('valueTaken', facts);
    unlessTaken(facts, () => this.#statements.put.run(id, name, key, description, JSON.stringify(policies)));
  }

  remove(id: RoleId): void {
    this.#statements.remove.run(id);
  }
}

/** Policies as they stand in their column; `readPolicies` is their only reader. */
export function readPolicies(text: string): readonly PermissionPolicy[] {
  return JSON.parse(text) as readonly PermissionPolicy[];
}

function toRole(row: Row): Role {
  return { id: row.id as RoleId, name: row.name, description: row.description, policies: readPolicies(row.policies) };
}

function prepare(db: DatabaseSync) {
  const statement = (sql: string): GuardedStatement => new GuardedStatement(db, sql);
  const columns = 'id, name, description, policies';
  return {
    get: statement(`SELECT ${columns} FROM roles WHERE id = ?`),
    all: statement(`SELECT ${columns} FROM roles`),
    put: statement(`
      INSERT INTO roles (id, name, name_key, description, policies) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, name_key = excluded.name_key, description = excluded.description,
        policies = excluded.policies`),
    remove: statement('DELETE FROM roles WHERE id = ?'),
  };
}
