/** Changes of identity and their audit entries: both or neither, with who did it and by which door. */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import { type Actor, type Asked, type AuditEntry, builtInRight, type ClientId, type RequestId } from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import { makeDesk } from '../../src/identity-parts.ts';
import type { IdentityDesk } from '../../src/oauth/identity-desk.ts';
import { PasswordCheck } from '../../src/oauth/password-check.ts';
import { IdentitySqlite } from '../../src/store/identity-sqlite.ts';
import { inMemory, openDatabase, SqliteMetadataStore, verifyAudit } from '../../src/store/index.ts';
import { TokensSqlite } from '../../src/store/tokens-sqlite.ts';

let db: DatabaseSync;
let store: SqliteMetadataStore;
let identity: IdentitySqlite;
let desk: IdentityDesk;
const clock = new ManualClock();
beforeEach(() => {
  db = openDatabase(inMemory);
  store = new SqliteMetadataStore(db);
  const ids = seededIds(1);
  identity = new IdentitySqlite(db, ids);
  const passwords = new PasswordCheck({ identity, clock, cost: { memoryKib: 8, passes: 1, lanes: 1 } });
  desk = makeDesk({ db, identity, tokens: new TokensSqlite(db), clock, ids, passwords });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  db.close();
});

async function entries(): Promise<readonly AuditEntry[]> {
  return (await store.audit({ limit: 100 })).items;
}

const actor: Actor = { clientId: 'ops' as ClientId, name: 'Ops', rights: [builtInRight('admin', '*')] };
const asked: Asked = {
  clientId: actor.clientId,
  name: 'Ops',
  from: '192.0.2.7',
  door: 'POST /api/v2/users',
  requestId: 'request-1' as RequestId,
};

test('a change through the API names who did it, the door and the request, and whom it is about', async () => {
  const { id } = await desk.addUser({ actor, asked }, { name: 'Ann', email: 'ann@tacet.test' });
  const [entry, ...others] = await entries();
  assert.deepEqual(others, []);
  assert.equal(entry?.action, 'userCreated');
  assert.deepEqual(entry?.by, asked);
  assert.deepEqual(entry?.facts, { userId: id, name: 'Ann', divisionId: identity.homeDivision().id });
});

test('a change at the machine itself is the command line’s', async () => {
  await desk.addClient('commandLine', { name: 'CRM', kind: 'CLIENT-CREDENTIALS' });
  const [entry] = await entries();
  const { requestId, ...by } = entry?.by ?? assert.fail();
  assert.match(requestId, /^[0-9a-f-]{36}$/);
  assert.deepEqual(by, { clientId: 'system', name: 'command line', from: '', door: 'command line' });
});

test('what could not be written down did not happen', async () => {
  const { id } = await desk.addUser('commandLine', {
    name: 'Ann',
    email: 'ann@tacet.test',
    password: 'a quiet river at night',
  });
  const before = { user: identity.user(id), credentials: identity.credentials(id) };
  db.exec(`CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no space'); END`);
  assert.throws(() => desk.changeUser('commandLine', id, { name: 'Anna' }));
  assert.throws(() => desk.removeUser('commandLine', id));
  await assert.rejects(desk.setPassword('commandLine', id, 'another quiet river'));
  assert.throws(() => desk.addRole('commandLine', { name: 'New', description: '', policies: [] }));
  await assert.rejects(desk.addClient('commandLine', { name: 'CRM', kind: 'CLIENT-CREDENTIALS' }));
  db.exec('DROP TRIGGER full');
  assert.deepEqual({ user: identity.user(id), credentials: identity.credentials(id) }, before);
  assert.deepEqual([desk.clients(), desk.roles().some(({ name }) => name === 'New')], [[], false]);
  assert.equal((await entries()).length, 1);
});

test('what did not happen is not written down', async () => {
  const { id } = await desk.addUser('commandLine', { name: 'Ann', email: 'ann@tacet.test' });
  await desk.addUser('commandLine', { name: 'Bob', email: 'bob@tacet.test' });
  assert.throws(() => desk.changeUser('commandLine', id, { email: 'bob@tacet.test' }), { code: 'valueTaken' });
  assert.throws(() => desk.moveUsers('commandLine', identity.homeDivision().id, [id, 'nobody' as typeof id]));
  assert.equal((await entries()).length, 2);
  assert.equal(identity.user(id)?.version, 1);
});

test('entries of identity continue the one chain, beside those of conversations', async () => {
  const by = { ...asked, door: 'INVITE' };
  for (let round = 0; round < 3; round += 1) {
    const waits = store.commit({
      audit: [{ at: clock.now(), action: 'serverStarted', result: 'done', by, facts: {} }],
    });
    desk.addDivision('commandLine', { name: `Division ${round}`, description: '' });
    await waits;
  }
  const all = await entries();
  assert.deepEqual(
    all.map(({ number }) => number),
    [1, 2, 3, 4, 5, 6],
  );
  assert.deepEqual([...verifyAudit(db)], []);
});
