/** Rows of identity from before there were roles and divisions, brought into the tables of `tables-roles.ts`. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { nameKey } from './name-key.ts';

type Row = Record<string, SQLOutputValue>;

/** Built-in roles as they were called in the column `grants` before this step; fixed here, whatever becomes of them. */
const roleIds: { readonly [name: string]: string } = {
  admin: '7ac37000-0000-4000-8000-000000000001',
  supervisor: '7ac37000-0000-4000-8000-000000000002',
  agent: '7ac37000-0000-4000-8000-000000000003',
  'recorder-integration': '7ac37000-0000-4000-8000-000000000004',
  'quality-evaluator': '7ac37000-0000-4000-8000-000000000005',
};

/** Every client of before used client credentials, and everything lay in the home division. */
const bringBack = `
  INSERT INTO oauth_clients
    SELECT id, name, '', 'CLIENT-CREDENTIALS', secret_hash, NULL, NULL, '[]', '[]', state, token_validity_seconds,
      origin, created_at, NULL, created_at
    FROM old_clients;
  INSERT INTO users
    SELECT id, name, email, NULL, (SELECT id FROM divisions WHERE is_home = 1), 'active', NULL, NULL, 1, created_at
    FROM old_users;
  INSERT INTO user_sip_addresses SELECT address, user_id FROM old_addresses;
  INSERT INTO oauth_tokens
    SELECT key, model, client_id, user_id, grant_key, uid_key, issued_at, expires_at, consumed_at, payload
    FROM old_tokens;
`;

/** From the tables `old_…`, each as it was, into the new ones, which are empty. */
export function bringIdentityAlong(db: DatabaseSync): void {
  convertDivisions(db);
  db.exec(bringBack);
  convertEmails(db);
  convertGrants(db, 'old_clients');
  convertGrants(db, 'old_users');
}

function convertDivisions(db: DatabaseSync): void {
  const add = db.prepare('INSERT INTO divisions (id, name, name_key, description, is_home) VALUES (?, ?, ?, ?, ?)');
  const known = new Set<string>();
  for (const row of db.prepare('SELECT id, name, is_home FROM old_divisions ORDER BY is_home DESC, id').all()) {
    const [id, name, isHome] = [String(row['id']), String(row['name']), Number(row['is_home'])];
    const key = nameKey(name);
    const own = known.has(key) ? `${name} (${id})` : name;
    known.add(nameKey(own));
    add.run(id, own, nameKey(own), '', isHome);
  }
}

/** The oldest user with an e-mail address keeps it for signing in. */
function convertEmails(db: DatabaseSync): void {
  const set = db.prepare('UPDATE users SET email_key = ? WHERE id = ?');
  const taken = new Set<string>();
  for (const row of db.prepare('SELECT id, email FROM users ORDER BY created_at, id').all()) {
    const key = nameKey(String(row['email']));
    if (!taken.has(key)) set.run(key, String(row['id']));
    taken.add(key);
  }
}

/** What was no grant of a role that existed gave nothing, and is left behind. */
function convertGrants(db: DatabaseSync, table: 'old_clients' | 'old_users'): void {
  const add = db.prepare(
    'INSERT OR IGNORE INTO grants (subject_id, role_id, division, granted_at) VALUES (?, ?, ?, ?)',
  );
  for (const row of db.prepare(`SELECT id, grants, created_at FROM ${table}`).all()) {
    for (const [roleId, division] of grantsOf(row)) {
      add.run(String(row['id']), roleId, division, Number(row['created_at']));
    }
  }
}

function grantsOf(row: Row): readonly (readonly [roleId: string, division: string])[] {
  const list: unknown = JSON.parse(String(row['grants']));
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: { role?: unknown; division?: unknown } | null) => {
    const { role, division } = item ?? {};
    if (typeof role !== 'string' || typeof division !== 'string' || !Object.hasOwn(roleIds, role)) return [];
    return [[roleIds[role] ?? '', division] as const];
  });
}
