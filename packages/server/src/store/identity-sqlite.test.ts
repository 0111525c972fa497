/** Identity in the database: what fails, fails closed. */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, it } from 'node:test';
import { after, type ClientId, instant, type UserId } from '@tacet/domain';
import { seededIds } from '@tacet/testkit';
import type { OauthClient } from '../oauth/identity.ts';
import { tokenKey } from '../oauth/token-store.ts';
import { IdentitySqlite } from './identity-sqlite.ts';
import { inMemory, openDatabase } from './open-database.ts';
import { TokensSqlite } from './tokens-sqlite.ts';

const now = instant(1_780_000_000_000);
const client: OauthClient = {
  id: 'one' as ClientId,
  name: 'One',
  secretHash: 'hash',
  grantTypes: ['client_credentials'],
  state: 'active',
  tokenValiditySeconds: 300,
  grants: [{ role: 'agent', division: '*' }],
  origin: 'added',
  createdAt: now,
};
let db: DatabaseSync;
let identity: IdentitySqlite;
let tokens: TokensSqlite;
beforeEach(() => {
  db = openDatabase(inMemory);
  identity = new IdentitySqlite(db, seededIds(1));
  tokens = new TokensSqlite(db);
});

describe('stored clients', () => {
  it('come back as they were put, and in their order', () => {
    const { secretHash: _none, ...second } = { ...client, id: 'two' as ClientId, createdAt: after(now, -1) };
    identity.putClients([client, second]);
    assert.deepEqual(identity.client(client.id), client);
    assert.deepEqual(identity.clients(), [second, client]);
    assert.equal(identity.client('three' as ClientId), undefined);
    const changed: OauthClient = {
      ...client,
      name: 'Other',
      state: 'disabled',
      grants: [],
      tokenValiditySeconds: 172_800,
    };
    identity.putClients([changed]);
    assert.deepEqual(identity.client(client.id), changed);
  });

  it('are put together or not at all, also inside a transaction of somebody else', () => {
    const wrong = { ...client, id: 'two' as ClientId, tokenValiditySeconds: 299 };
    db.exec('BEGIN');
    assert.throws(() => identity.putClients([client, wrong]));
    db.exec('COMMIT');
    assert.deepEqual(identity.clients(), []);
  });

  it('hold one admin at most', () => {
    identity.putClients([{ ...client, origin: 'admin' }]);
    assert.throws(() => identity.putClients([{ ...client, id: 'two' as ClientId, origin: 'admin' }]));
    assert.equal(identity.clientOf('admin')?.id, client.id);
    assert.equal(identity.clientOf('commandLine'), undefined);
  });

  it('have no right from a role that this version does not know', () => {
    identity.putClients([client]);
    const write = db.prepare('UPDATE oauth_clients SET grants = ?');
    const known = '{"role":"agent","division":"*"}';
    for (const [text, expected] of [
      [`[{"role":"owner","division":"*"},${known}]`, client.grants],
      ['[{"role":"toString","division":"*"},{"role":"agent"},null,7]', []],
      ['{}', []],
    ] as const) {
      write.run(text);
      assert.deepEqual(identity.client(client.id)?.grants, expected);
    }
  });
});

describe('the holder of a token', () => {
  const key = tokenKey('value');
  const artifact = {
    model: 'AccessToken',
    clientId: client.id,
    issuedAt: now,
    expiresAt: after(now, 1),
    payload: '{}',
  };

  it('is nobody when the user is gone, never the client alone', () => {
    identity.putClients([client]);
    db.exec('PRAGMA foreign_keys = OFF');
    tokens.put(key, { ...artifact, userId: 'gone' as UserId });
    assert.equal(tokens.holder(key), undefined);
    tokens.put(key, artifact);
    assert.equal(tokens.holder(key)?.clientId, client.id);
  });

  it('must exist when the token is stored', () => {
    assert.throws(() => tokens.put(key, artifact));
    assert.equal(tokens.holder(key), undefined);
  });
});

describe('a storage that fails', () => {
  it('is a fault of the storage, so that callers are told to come back', () => {
    identity.putClients([client]);
    db.exec('DROP TABLE oauth_tokens');
    assert.throws(() => tokens.holder(tokenKey('x')), { code: 'storageUnavailable' });
    assert.throws(() => tokens.removeAllOf({ clientId: client.id }), { code: 'storageUnavailable' });
    db.exec('DROP TABLE user_sip_addresses; DROP TABLE users; DROP TABLE oauth_clients');
    assert.throws(() => identity.clients(), { code: 'storageUnavailable' });
  });
});
