/** Who holds which role where, in SQLite, and what that gives. */
import type { DatabaseSync } from 'node:sqlite';
import {
  builtInRoles,
  type DivisionId,
  type Instant,
  type Permission,
  permissionsOf,
  type Right,
  type RoleId,
} from '@tacet/domain';
import type { GrantQuery, SubjectGrant, SubjectId } from '../control/identity.ts';
import { GuardedStatement } from './guarded-statement.ts';
import { readPolicies } from './role-table.ts';

interface Row {
  readonly subject_id: string;
  readonly role_id: string;
  readonly division: string;
  readonly granted_at: number;
}

interface HeldRow {
  readonly role_id: string;
  readonly division: string;
  /** Null for a built-in role, and for one that is gone. */
  readonly policies: string | null;
}

/** Texts of policies whose permissions are remembered; more roles than this have not been seen anywhere. */
const knownTextsMax = 1_000;

const builtIn: ReadonlyMap<string, ReadonlySet<Permission>> = new Map(
  Object.values(builtInRoles).map(({ id, policies }) => [id, permissionsOf(policies)]),
);
const nothing: ReadonlySet<Permission> = new Set();

/**
 * Every API call resolves rights, so the permissions of a text of policies are worked out once. The text itself is
 * read each time: another process may have changed the role.
 */
export class GrantTable {
  readonly #db: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  /** By the columns that are looked at, so that each question finds the index that helps. */
  readonly #finds = new Map<string, GuardedStatement>();
  readonly #known = new Map<string, ReadonlySet<Permission>>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepare(db);
  }

  find({ subjectId, roleId, division }: GrantQuery): readonly SubjectGrant[] {
    const wanted = Object.entries({ subject_id: subjectId, role_id: roleId, division });
    const given = wanted.filter((entry): entry is [string, SubjectId | RoleId | DivisionId] => entry[1] !== undefined);
    const rows = this.#findBy(given.map(([column]) => column)).all(...given.map(([, value]) => value));
    return (rows as unknown as readonly Row[]).map((row) => ({
      subjectId: row.subject_id as SubjectId,
      roleId: row.role_id as RoleId,
      division: row.division as DivisionId | '*',
      grantedAt: row.granted_at as Instant,
    }));
  }

  rightsOf(subject: string): readonly Right[] {
    const rows = this.#statements.held.all(subject) as unknown as readonly HeldRow[];
    return rows.map((row) => ({
      permissions: builtIn.get(row.role_id) ?? this.#permissionsIn(row.policies),
      division: row.division as DivisionId | '*',
    }));
  }

  add({ subjectId, roleId, division, grantedAt }: SubjectGrant): void {
    this.#statements.add.run(subjectId, roleId, division, grantedAt);
  }

  remove({ subjectId, roleId, division }: SubjectGrant): void {
    this.#statements.remove.run(subjectId, roleId, division);
  }

  removeOf(subject: SubjectId): void {
    this.#statements.removeOf.run(subject);
  }

  removeOfRole(role: RoleId): void {
    this.#statements.removeOfRole.run(role);
  }

  removeIn(division: DivisionId): void {
    this.#statements.removeIn.run(division);
  }

  #findBy(columns: readonly string[]): GuardedStatement {
    const key = columns.join(' ');
    const known = this.#finds.get(key);
    if (known !== undefined) return known;
    const where = columns.length === 0 ? '' : `WHERE ${columns.map((column) => `${column} = ?`).join(' AND ')}`;
    const sql = `SELECT subject_id, role_id, division, granted_at FROM grants ${where}
      ORDER BY granted_at, subject_id, role_id, division`;
    const statement = new GuardedStatement(this.#db, sql);
    this.#finds.set(key, statement);
    return statement;
  }

  /** Fails closed: what cannot be read gives nothing. */
  #permissionsIn(text: string | null): ReadonlySet<Permission> {
    if (text === null) return nothing;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const permissions = permissionsOf(readPolicies(text));
    if (this.#known.size >= knownTextsMax) this.#known.clear();
    this.#known.set(text, permissions);
    return permissions;
  }
}

function prepare(db: DatabaseSync) {
  const statement = (sql: string): GuardedStatement => new GuardedStatement(db, sql);
  return {
    held: statement(`
      SELECT g.role_id, g.division, r.policies FROM grants g LEFT JOIN roles r ON r.id = g.role_id
      WHERE g.subject_id = ?`),
    add: statement(`
      INSERT INTO grants (subject_id, role_id, division, granted_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`),
    remove: statement('DELETE FROM grants WHERE subject_id = ? AND role_id = ? AND division = ?'),
    removeOf: statement('DELETE FROM grants WHERE subject_id = ?'),
    removeOfRole: statement('DELETE FROM grants WHERE role_id = ?'),
    removeIn: statement('DELETE FROM grants WHERE division = ?'),
  };
}
