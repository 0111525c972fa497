/** The adapter over which oidc-provider keeps what it issues. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { after, type ClientId, type UserId } from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import { IdentitySqlite } from '../store/identity-sqlite.ts';
import { inMemory, openDatabase } from '../store/open-database.ts';
import { TokensSqlite } from '../store/tokens-sqlite.ts';
import { ArtifactAdapter, TokenPruning } from './artifact-adapter.ts';
import { EndedGrants } from './ended-grants.ts';
import { identityLimits } from './identity-limits.ts';
import { tokenKey } from './token-store.ts';

const clientId = 'client' as ClientId;
let clock: ManualClock;
let store: TokensSqlite;
let adapter: ArtifactAdapter;
let count: () => number;
let identity: IdentitySqlite;

beforeEach(() => {
  const db = openDatabase(inMemory);
  clock = new ManualClock();
  store = new TokensSqlite(db);
  identity = new IdentitySqlite(db, seededIds(1));
  identity.putClients([
    {
      id: clientId,
      name: 'Client',
      description: '',
      kind: 'CLIENT-CREDENTIALS',
      redirectUris: [],
      scopes: [],
      state: 'active',
      tokenValiditySeconds: 300,
      origin: 'added',
      createdAt: clock.now(),
      modifiedAt: clock.now(),
    },
  ]);
  adapter = new ArtifactAdapter('RefreshToken', {
    tokens: store,
    pruning: new TokenPruning(store),
    clock,
    ended: new EndedGrants(),
  });
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
    const other = new ArtifactAdapter('AuthorizationCode', {
      tokens: store,
      pruning: new TokenPruning(store),
      clock,
      ended: new EndedGrants(),
    });
    assert.equal(await other.find('value'), undefined);
    await other.destroy('value');
    await assert.rejects(other.consume('value'));
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

  it('Of two requests that redeem one code or refresh token at once, one is refused and what the other got ends.', async () => {
    await adapter.upsert('value', { jti: 'value', grantId: 'consent' }, 300);
    await adapter.upsert('next', { jti: 'next', grantId: 'consent' }, 300);
    await adapter.consume('value');
    await assert.rejects(adapter.consume('value'), { message: 'invalid_grant' });
    assert.equal(await adapter.find('next'), undefined);
    const late = adapter.upsert('late', { jti: 'late', grantId: 'consent' }, 300);
    await assert.rejects(late, { message: 'invalid_grant' }, 'and what the other is about to get');
    await adapter.upsert('other', { jti: 'other', grantId: 'another consent' }, 300);
  });

  it('has ended for oidc-provider when it has ended by our clock', async () => {
    await adapter.upsert('value', { jti: 'value', exp: 9_999_999_999 }, 300);
    clock.advance(299_999);
    assert.equal((await adapter.find('value'))?.['exp'], 9_999_999_999);
    clock.advance(1);
    assert.equal((await adapter.find('value'))?.['exp'], 1);
  });

  it('does not count when whoever knows it says so', async () => {
    const counts = ({ accountId }: Record<string, unknown>): boolean => accountId !== 'gone';
    const asked = new ArtifactAdapter('Session', {
      tokens: store,
      pruning: new TokenPruning(store),
      clock,
      ended: new EndedGrants(),
      counts,
    });
    await asked.upsert('one', { jti: 'one', uid: 'u1' }, 300);
    await asked.upsert('two', { jti: 'two', uid: 'u2', kind: 'x' }, 300);
    assert.notEqual(await asked.find('one'), undefined);
    assert.notEqual(await asked.findByUid('u2'), undefined);
    const strict = new ArtifactAdapter('Session', {
      tokens: store,
      pruning: new TokenPruning(store),
      clock,
      ended: new EndedGrants(),
      counts: () => false,
    });
    assert.equal(await strict.find('one'), undefined);
    assert.equal(await strict.findByUid('u2'), undefined);
  });

  it('keeps no value of its own or of the sign-in that asked for it', async () => {
    const returnTo = 'http://tacet.test/oauth/authorize/own-value';
    const payload = { jti: 'own-value', returnTo, session: { uid: 'known', cookie: 'sign-in-value' } };
    await adapter.upsert('own-value', payload, 300);
    const stored = store.find('RefreshToken', tokenKey('own-value'))?.payload ?? '';
    assert.equal(stored.includes('own-value'), false);
    assert.equal(stored.includes('sign-in-value'), false);
    assert.deepEqual(await adapter.find('own-value'), { ...payload, session: { uid: 'known' } });
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

  it('is bounded for each user, and what a program lives on does not go before what came of it', () => {
    const userId = 'user' as UserId;
    identity.putUser({
      id: userId,
      name: 'Ann',
      email: 'ann@tacet.test',
      divisionId: identity.homeDivision().id,
      state: 'active',
      sipAddresses: [],
      version: 1,
      createdAt: clock.now(),
    });
    const put = (value: string, model: string): void => {
      const issuedAt = clock.now();
      const rest = { clientId, userId, issuedAt, expiresAt: after(issuedAt, 1_000), payload: '{}' };
      store.put(tokenKey(value), { model, ...rest });
      clock.advance(1);
    };
    put('consent', 'Grant');
    put('used', 'RefreshToken');
    store.consume('RefreshToken', tokenKey('used'), clock.now());
    put('unused', 'RefreshToken');
    for (const value of ['one', 'two', 'three']) put(value, 'AccessToken');
    assert.equal(store.removeOldestOfUser(clientId, userId, 2), 2);
    assert.equal(store.find('RefreshToken', tokenKey('used')), undefined);
    assert.equal(store.find('AccessToken', tokenKey('one')), undefined);
    for (const [model, value] of [
      ['Grant', 'consent'],
      ['RefreshToken', 'unused'],
      ['AccessToken', 'three'],
    ] as const) {
      assert.notEqual(store.find(model, tokenKey(value)), undefined, value);
    }
    assert.equal(store.removeOldestOfUser(clientId, userId, 1), 2, 'in the end they are bounded, too');
    assert.equal(store.find('Grant', tokenKey('consent')), undefined);
  });

  it('is bounded for those that belong to nobody', async () => {
    for (const value of ['one', 'two', 'three']) {
      await adapter.upsert(value, { jti: value }, 300);
      clock.advance(1);
    }
    await adapter.upsert('of a client', { jti: 'of a client', clientId }, 300);
    assert.equal(store.removeOldestOfNobody(2), 1);
    assert.equal(await adapter.find('one'), undefined);
    assert.notEqual(await adapter.find('two'), undefined);
    assert.notEqual(await adapter.find('of a client'), undefined);
  });
});
