/** Users in the database, and what they prove themselves with. */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { after, instant, type UserId } from '@tacet/domain';
import { seededIds } from '@tacet/testkit';
import type { Credentials, User } from '../oauth/identity.ts';
import { IdentitySqlite } from './identity-sqlite.ts';
import { inMemory, openDatabase } from './open-database.ts';

const now = instant(1_780_000_000_000);
let db: DatabaseSync;
let identity: IdentitySqlite;
let ann: User;
beforeEach(() => {
  db = openDatabase(inMemory);
  identity = new IdentitySqlite(db, seededIds(1));
  ann = {
    id: 'ann' as UserId,
    name: 'Ann',
    email: 'ann@tacet.test',
    divisionId: identity.homeDivision().id,
    state: 'active',
    title: 'Lead',
    department: 'Sales',
    sipAddresses: ['ann@a.test', 'ann@b.test'],
    version: 1,
    createdAt: now,
  };
});
afterEach(() => db.close());

describe('stored users', () => {
  it('come back as they were put, and in their order', () => {
    const { title: _a, department: _b, ...bare } = ann;
    const bob: User = {
      ...bare,
      id: 'bob' as UserId,
      email: 'bob@tacet.test',
      sipAddresses: [],
      createdAt: after(now, -1),
    };
    identity.putUser(ann);
    identity.putUser(bob);
    assert.deepEqual(identity.user(ann.id), ann);
    assert.deepEqual(identity.users(), [bob, ann]);
    const changed: User = { ...bob, id: ann.id, name: 'Anna', state: 'inactive', email: 'anna@tacet.test', version: 2 };
    identity.putUser(changed);
    assert.deepEqual(identity.user(ann.id), { ...changed, createdAt: now });
    assert.equal(identity.userBySipKey('ann@a.test'), undefined);
  });

  it('have an e-mail address to themselves, in any case and script', () => {
    identity.putUser({ ...ann, email: 'Ännchen@Tacet.test' });
    for (const email of ['ännchen@tacet.test', 'ÄNNCHEN@TACET.TEST', 'a\u0308nnchen@tacet.test']) {
      assert.equal(identity.userByEmail(email)?.id, ann.id, email);
      const bob: User = { ...ann, id: 'bob' as UserId, email, sipAddresses: [] };
      assert.throws(() => identity.putUser(bob), { code: 'valueTaken' });
      assert.equal(identity.user(bob.id), undefined);
    }
  });

  it('leave their e-mail address to others once they are deleted, and are found by it no longer', () => {
    identity.putUser({ ...ann, state: 'deleted', sipAddresses: [] });
    assert.equal(identity.userByEmail(ann.email), undefined);
    assert.deepEqual(identity.users(), []);
    assert.equal(identity.user(ann.id)?.state, 'deleted');
    identity.putUser({ ...ann, id: 'new' as UserId });
    assert.equal(identity.userByEmail(ann.email)?.id, 'new');
    assert.throws(() => identity.putUser(ann), { code: 'valueTaken' });
  });

  it('are not half changed when an address belongs to another', () => {
    identity.putUser(ann);
    const bob: User = {
      ...ann,
      id: 'bob' as UserId,
      email: 'bob@tacet.test',
      sipAddresses: ['bob@a.test', 'ann@b.test'],
    };
    assert.throws(() => identity.putUser(bob), { code: 'valueTaken' });
    assert.equal(identity.user(bob.id), undefined);
    assert.equal(identity.userBySipKey('bob@a.test'), undefined);
    assert.equal(identity.userBySipKey('ann@b.test'), ann.id);
  });
});

describe('stored credentials', () => {
  const whole: Credentials = {
    passwordHash: 'phc',
    passwordSetAt: now,
    totp: { sealedSecret: Uint8Array.of(1, 2, 3), confirmedAt: now, lastStep: 59 },
    recoveryHashes: ['a', 'b'],
    outside: { issuer: 'https://idp.test', subject: 'ann-1' },
  };

  it('come back as they were put, and are none for who has none', () => {
    identity.putUser(ann);
    assert.deepEqual(identity.credentials(ann.id), { recoveryHashes: [] });
    identity.putCredentials(ann.id, whole);
    assert.deepEqual(identity.credentials(ann.id), whole);
    identity.putCredentials(ann.id, { recoveryHashes: [] });
    assert.deepEqual(identity.credentials(ann.id), { recoveryHashes: [] });
  });

  it('lead from somebody at an outside provider to one user at most', () => {
    identity.putUser(ann);
    identity.putUser({ ...ann, id: 'bob' as UserId, email: 'bob@tacet.test', sipAddresses: [] });
    identity.putCredentials(ann.id, whole);
    assert.throws(() => identity.putCredentials('bob' as UserId, whole), { code: 'valueTaken' });
    assert.deepEqual(identity.credentials(ann.id), whole);
    assert.equal(identity.userByOutside('https://idp.test', 'ann-1')?.id, ann.id);
    assert.equal(identity.userByOutside('https://idp.test', 'ann-2'), undefined);
    assert.equal(identity.userByOutside('https://other.test', 'ann-1'), undefined);
    identity.putUser({ ...ann, state: 'deleted' });
    assert.equal(identity.userByOutside('https://idp.test', 'ann-1'), undefined);
  });
});
