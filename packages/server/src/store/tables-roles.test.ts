/** A database of an older version, with rows in it, comes up to date with everything still true. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { builtInRight, builtInRoles, type ClientId, type DivisionId, type UserId } from '@tacet/domain';
import { seededIds } from '@tacet/testkit';
import { tokenKey } from '../oauth/token-store.ts';
import { IdentitySqlite } from './identity-sqlite.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { roleTables } from './tables-roles.ts';
import { TokensSqlite } from './tokens-sqlite.ts';

/** The tables as they were before the step, with rows as that version wrote them. */
function oldDatabase(rows: string): DatabaseSync {
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  migrate(db, migrations.slice(0, migrations.indexOf(roleTables)));
  db.exec(`
    INSERT INTO divisions VALUES ('home-1', 'Home', 1);
    INSERT INTO oauth_clients VALUES
      ('ops', 'Admin', 'scrypt:a', '["client_credentials"]', 'active', 86400,
        '[{"role":"admin","division":"*"}]', 'admin', 1000.5),
      ('crm', 'CRM', 'scrypt:b', '["client_credentials"]', 'disabled', 300,
        '[{"role":"recorder-integration","division":"home-1"},{"role":"agent","division":"home-1"}]', 'added', 2000),
      ('cli', 'Command line', NULL, '[]', 'active', 86400, '[]', 'commandLine', 3000);
    INSERT INTO users VALUES
      ('ann', 'Ann', 'Ann@Example.test', '[{"role":"supervisor","division":"*"}]', 4000),
      ('bob', 'Bob', 'bob@example.test', '[]', 5000);
    INSERT INTO user_sip_addresses VALUES ('ann@a.test', 'ann'), ('ann@b.test', 'ann'), ('bob@a.test', 'bob');`);
  const addToken = db.prepare(`
    INSERT INTO oauth_tokens (key, model, client_id, user_id, issued_at, expires_at, payload)
    VALUES (?, ?, ?, ?, 6000, 7000, '{}')`);
  addToken.run(tokenKey('of the client'), 'ClientCredentials', 'ops', null);
  addToken.run(tokenKey('of Ann'), 'AccessToken', 'cli', 'ann');
  db.exec(rows);
  return db;
}

function upToDate(db: DatabaseSync): { readonly identity: IdentitySqlite; readonly tokens: TokensSqlite } {
  migrate(db, migrations);
  return { identity: new IdentitySqlite(db, seededIds(1)), tokens: new TokensSqlite(db) };
}

test('clients of before are found again, as clients of client credentials, with the roles they had', () => {
  using db = oldDatabase('');
  const { identity } = upToDate(db);
  assert.deepEqual(identity.client('ops' as ClientId), {
    id: 'ops',
    name: 'Admin',
    description: '',
    kind: 'CLIENT-CREDENTIALS',
    secretHash: 'scrypt:a',
    redirectUris: [],
    scopes: [],
    state: 'active',
    tokenValiditySeconds: 86_400,
    origin: 'admin',
    createdAt: 1000.5,
    modifiedAt: 1000.5,
  });
  assert.equal(identity.client('crm' as ClientId)?.state, 'disabled');
  assert.equal(identity.client('crm' as ClientId)?.tokenValiditySeconds, 300);
  assert.equal(identity.clientOf('commandLine')?.secretHash, undefined);
  assert.deepEqual(identity.rightsOf('ops' as ClientId), [builtInRight('admin', '*')]);
  assert.deepEqual(
    identity
      .grants({ subjectId: 'crm' as ClientId })
      .map(({ roleId, division, grantedAt }) => [roleId, division, grantedAt]),
    [
      [builtInRoles.agent.id, 'home-1', 2000],
      [builtInRoles['recorder-integration'].id, 'home-1', 2000],
    ],
  );
  assert.deepEqual(identity.rightsOf('cli' as ClientId), []);
});

test('users of before are found again, active and at home, with addresses and roles', () => {
  using db = oldDatabase('');
  const { identity } = upToDate(db);
  assert.deepEqual(identity.users(), [
    {
      id: 'ann',
      name: 'Ann',
      email: 'Ann@Example.test',
      divisionId: 'home-1',
      state: 'active',
      sipAddresses: ['ann@a.test', 'ann@b.test'],
      version: 1,
      createdAt: 4000,
    },
    {
      id: 'bob',
      name: 'Bob',
      email: 'bob@example.test',
      divisionId: 'home-1',
      state: 'active',
      sipAddresses: ['bob@a.test'],
      version: 1,
      createdAt: 5000,
    },
  ]);
  assert.equal(identity.userByEmail('ann@example.TEST')?.id, 'ann');
  assert.equal(identity.userBySipKey('ann@b.test'), 'ann');
  assert.deepEqual(identity.rightsOf('ann' as UserId), [builtInRight('supervisor', '*')]);
  assert.deepEqual(identity.credentials('ann' as UserId), { recoveryHashes: [] });
});

test('tokens of before still say who holds them', () => {
  using db = oldDatabase('');
  const { tokens } = upToDate(db);
  assert.equal(tokens.holder(tokenKey('of the client'))?.clientName, 'Admin');
  assert.equal(tokens.holder(tokenKey('of Ann'))?.user?.id, 'ann');
  assert.equal(tokens.removeAllOf({ clientId: 'ops' as ClientId }), 1);
});

test('the home division of before stays the home division', () => {
  using db = oldDatabase(`INSERT INTO divisions VALUES ('other', 'HOME', 0)`);
  const { identity } = upToDate(db);
  assert.deepEqual(identity.homeDivision(), { id: 'home-1', name: 'Home', description: '', isHome: true });
  assert.deepEqual(
    identity.divisions().map(({ id, name }) => [id, name]),
    [
      ['home-1', 'Home'],
      ['other', 'HOME (other)'],
    ],
  );
});

test('where two users had one e-mail address the older one keeps it, and the younger one is still there', () => {
  using db = oldDatabase(`
    INSERT INTO users VALUES ('eva', 'Eva', 'ANN@example.test', '[]', 4500), ('zoe', 'Zoe', 'ann@example.test', '[]', 3999)`);
  const { identity } = upToDate(db);
  assert.equal(identity.userByEmail('ann@example.test')?.id, 'zoe');
  assert.equal(identity.user('eva' as UserId)?.email, 'ANN@example.test');
  const eva = identity.user('eva' as UserId) ?? assert.fail();
  assert.throws(() => identity.putUser({ ...eva, name: 'Eve' }), { code: 'valueTaken' });
  identity.putUser({ ...eva, email: 'eva@example.test' });
  assert.equal(identity.userByEmail('eva@example.test')?.id, 'eva');
});

test('what was no grant of a role that existed gives nothing afterwards either', () => {
  using db = oldDatabase(`
    INSERT INTO users VALUES ('odd', 'Odd', 'odd@example.test',
      '[{"role":"owner","division":"*"},{"role":"toString","division":"*"},{"role":"agent"},null,7,{"role":"agent","division":"*"}]',
      1),
      ('none', 'None', 'none@example.test', '{}', 2)`);
  const { identity } = upToDate(db);
  assert.deepEqual(identity.rightsOf('odd' as UserId), [builtInRight('agent', '*')]);
  assert.deepEqual(identity.rightsOf('none' as UserId), []);
});

test('a database without anybody in it comes up to date as well, and references are whole afterwards', () => {
  using empty = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  migrate(empty, migrations.slice(0, migrations.indexOf(roleTables)));
  const { identity } = upToDate(empty);
  assert.equal(identity.homeDivision().isHome, true);
  using full = oldDatabase('');
  upToDate(full);
  assert.deepEqual(full.prepare('PRAGMA foreign_key_check').all(), []);
  assert.deepEqual(full.prepare('SELECT name FROM sqlite_temp_schema').all(), []);
  const user = {
    ...(new IdentitySqlite(full, seededIds(2)).users()[0] ?? assert.fail()),
    divisionId: 'none' as DivisionId,
  };
  assert.throws(() => new IdentitySqlite(full, seededIds(2)).putUser(user), /FOREIGN KEY/);
});
