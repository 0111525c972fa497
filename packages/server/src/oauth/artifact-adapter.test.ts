/** The adapter over which oidc-provider keeps what it issues. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { ClientId } from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import { IdentitySqlite } from '../store/identity-sqlite.ts';
import { inMemory, openDatabase } from '../store/open-database.ts';
import { TokensSqlite } from '../store/tokens-sqlite.ts';
import { ArtifactAdapter, TokenPruning } from './artifact-adapter.ts';
import { identityLimits } from './identity-limits.ts';
import { tokenKey } from './token-store.ts';

const clientId = 'client' as ClientId;
let clock: ManualClock;
let store: TokensSqlite;
let adapter: ArtifactAdapter;
let count: () => number;

beforeEach(() => {
  const db = openDatabase(inMemory);
  clock = new ManualClock();
  store = new TokensSqlite(db);
  new IdentitySqlite(db, seededIds(1)).putClients([
    {
      id: clientId,
      name: 'Client',
      grantTypes: [],
      state: 'active',
      tokenValiditySeconds: 300,
      grants: [],
      origin: 'added',
      createdAt: clock.now(),
    },
  ]);
  adapter = new ArtifactAdapter('RefreshToken', store, new TokenPruning(store), clock);
  count = () => Number(db.prepare('SELECT count(*) AS count FROM oauth_tokens').get()?.['count']);
});

describe('an artifact', () => {
  it('is found again by its value, with everything that was said about it', async () => {
    const payload = { jti: 'value', kind: 'RefreshToken', clientId, iat: 1, exp: 301, scope: 'a b' };
    await adapter.upsert('value', payload, 300);
    assert.deepEqual(await adapter.find('value'), payload);
    assert.equal(await adapter.find('other'), undefined);
  });

  it('is replaced by one of the same value', async () => {
    await adapter.upsert('value', { jti: 'value', iat: 1 }, 300);
    await adapter.upsert('value', { jti: 'value', iat: 2 }, 300);
    assert.equal((await adapter.find('value'))?.['iat'], 2);
    assert.equal(count(), 1);
  });

  it('is of one kind only', async () => {
    await adapter.upsert('value', { jti: 'value' }, 300);
    const other = new ArtifactAdapter('AuthorizationCode', store, new TokenPruning(store), clock);
    assert.equal(await other.find('value'), undefined);
    await other.destroy('value');
    await other.consume('value');
    assert.deepEqual(await adapter.find('value'), { jti: 'value' });
    assert.equal(store.holder(tokenKey('value')), undefined, 'and no token of access');
    assert.equal(store.removeAccess(tokenKey('value')), undefined);
  });

  it('is marked when it was used, in seconds', async () => {
    await adapter.upsert('value', { jti: 'value' }, 300);
    clock.advance(1_500);
    await adapter.consume('value');
    assert.equal((await adapter.find('value'))?.['consumed'], Math.floor(clock.now() / 1_000));
  });

  it('is gone when it is destroyed', async () => {
    await adapter.upsert('value', { jti: 'value' }, 300);
    await adapter.destroy('value');
    assert.equal(await adapter.find('value'), undefined);
  });

  it('is found by its second name, without its value', async () => {
    await adapter.upsert('value', { jti: 'value', uid: 'second', accountId: undefined }, 300);
    assert.deepEqual(await adapter.findByUid('second'), { uid: 'second' });
    assert.equal(await adapter.findByUid('value'), undefined);
    assert.equal(await adapter.findByUserCode(), undefined);
  });

  it('goes with the consent it hangs on', async () => {
    await adapter.upsert('one', { jti: 'one', grantId: 'consent' }, 300);
    await adapter.upsert('two', { jti: 'two', grantId: 'another' }, 300);
    await adapter.revokeByGrantId('consent');
    assert.equal(await adapter.find('one'), undefined);
    assert.notEqual(await adapter.find('two'), undefined);
  });
});

describe('the number of stored tokens', () => {
  it('is looked after as tokens are made: what expired a day ago goes', async () => {
    await adapter.upsert('old', { jti: 'old', clientId }, 300);
    clock.advance(300_000 + identityLimits.expiredKeptMs + 1);
    for (let made = 1; made < identityLimits.pruneEveryCount; made += 1) {
      assert.notEqual(await adapter.find('old'), undefined);
      await adapter.upsert(`${made}`, { jti: `${made}`, clientId }, 300);
    }
    assert.equal(await adapter.find('old'), undefined);
    assert.equal(count(), identityLimits.pruneEveryCount - 1);
  });

  it('is bounded for each client by the loss of its oldest', async () => {
    for (const value of ['one', 'two', 'three']) {
      await adapter.upsert(value, { jti: value, clientId }, 300);
      clock.advance(1);
    }
    await adapter.upsert('of nobody', { jti: 'of nobody' }, 300);
    assert.equal(store.removeOldestOf(clientId, 3), 0);
    assert.equal(store.removeOldestOf(clientId, 2), 1);
    assert.equal(await adapter.find('one'), undefined);
    assert.notEqual(await adapter.find('two'), undefined);
    assert.notEqual(await adapter.find('of nobody'), undefined);
  });
});
