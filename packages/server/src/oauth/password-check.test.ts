/** Judging passwords: what is right, what is slowed down, and what a stranger cannot learn. */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { UserId } from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import { IdentitySqlite } from '../store/identity-sqlite.ts';
import { inMemory, openDatabase } from '../store/open-database.ts';
import type { User } from './identity.ts';
import { PasswordCheck } from './password-check.ts';
import { hashPassword, matchesPassword } from './password-hash.ts';

const cheap = { memoryKib: 8, passes: 1, lanes: 1 } as const;
const password = 'a quiet river at night';
let db: DatabaseSync;
let clock: ManualClock;
let identity: IdentitySqlite;
let check: PasswordCheck;
let ann: User;
beforeEach(async () => {
  db = openDatabase(inMemory);
  clock = new ManualClock();
  identity = new IdentitySqlite(db, seededIds(1));
  check = new PasswordCheck({ identity, clock, cost: cheap });
  ann = await addUser('ann@tacet.test');
});
afterEach(() => db.close());

async function addUser(email: string): Promise<User> {
  const user: User = {
    id: email as UserId,
    name: email,
    email,
    divisionId: identity.homeDivision().id,
    state: 'active',
    sipAddresses: [],
    version: 1,
    createdAt: clock.now(),
  };
  identity.putUser(user);
  identity.putCredentials(user.id, { passwordHash: await hashPassword(password, cheap), recoveryHashes: [] });
  return user;
}

/** What a series of wrong passwords from one address each comes to. */
async function guesses(email: string, from: (number: number) => string, count: number): Promise<readonly string[]> {
  const verdicts: string[] = [];
  for (let number = 0; number < count; number += 1)
    verdicts.push((await check.check(email, `guess ${number}`, from(number))).is);
  return verdicts;
}

describe('a password check', () => {
  it('says right with the user for the right password, in any case of the e-mail, and wrong for others', async () => {
    assert.deepEqual(await check.check('ANN@tacet.test', password, 'a'), { is: 'right', user: ann });
    for (const other of ['', 'A quiet river at night', `${password} `]) {
      assert.equal((await check.check(ann.email, other, `x${other.length}`)).is, 'wrong');
    }
  });

  it('lets nobody in who is inactive, deleted, or has no password', async () => {
    for (const state of ['inactive', 'deleted'] as const) {
      identity.putUser({ ...ann, state });
      assert.equal((await check.check(ann.email, password, state)).is, 'wrong');
    }
    identity.putUser(ann);
    identity.putCredentials(ann.id, { recoveryHashes: [] });
    for (const sent of [password, '']) assert.equal((await check.check(ann.email, sent, 'x')).is, 'wrong');
  });

  it('an account that does not exist takes as long to refuse as a wrong password', async () => {
    const verdicts = await guesses('nobody@tacet.test', (number) => `192.0.2.${number}`, 6);
    const same = await guesses(ann.email, (number) => `198.51.100.${number}`, 6);
    assert.deepEqual(verdicts, ['wrong', 'wrong', 'wrong', 'wrong', 'throttled', 'throttled']);
    assert.deepEqual(verdicts, same);
    // Whoever has no account takes a turn of hashing like everybody else: enough of them together fill the places up.
    const strangers = Array.from({ length: 40 }, (_, number) =>
      check.check(`x${number}@tacet.test`, password, `y${number}`),
    );
    const last = (await Promise.all(strangers)).map((verdict) => verdict.is);
    assert.deepEqual(last.slice(0, 34), new Array(34).fill('wrong'));
    assert.deepEqual(last.slice(34), new Array(6).fill('busy'));
  });

  it('does not let the stand-in of a missing account be guessed', async () => {
    assert.equal((await check.check('nobody@tacet.test', '', 'a')).is, 'wrong');
    assert.equal((await check.check('nobody@tacet.test', 'x'.repeat(2_000), 'a')).is, 'wrong');
  });

  it('tells whom a wrong password was for, and how many attempts were turned away, for the audit log', async () => {
    await guesses(ann.email, (number) => `192.0.2.${number}`, 7);
    clock.advance(1_000);
    assert.deepEqual(await check.check(ann.email, 'x', 'b'), { is: 'wrong', user: ann, turnedAwayCount: 3 });
    assert.deepEqual(await check.check('nobody@tacet.test', 'x', 'b'), { is: 'wrong', turnedAwayCount: 0 });
  });

  it('allows fewer than a hundred failures an hour for one account, from wherever they come', async () => {
    let failures = 0;
    const end = clock.now() + 3_600_000;
    for (let number = 0; clock.now() < end; number += 1) {
      const verdict = await check.check(ann.email, `guess ${number}`, `192.0.${number >> 8}.${number & 255}`);
      if (verdict.is === 'wrong') failures += 1;
      else clock.advance(verdict.is === 'throttled' ? verdict.waitMs : assert.fail(verdict.is));
    }
    assert.ok(failures > 10 && failures < 100, String(failures));
  });

  it('slows down who tries many accounts from one address, and no other address', async () => {
    for (let number = 0; number < 21; number += 1) {
      assert.equal((await check.check(`u${number}@tacet.test`, 'x', `2001:db8::${number}`)).is, 'wrong');
    }
    assert.equal((await check.check(ann.email, password, '2001:db8::ffff')).is, 'throttled');
    assert.equal((await check.check(ann.email, password, '2001:db8:1::1')).is, 'right');
  });

  it('lets a user in from where they signed in before, whatever strangers fail elsewhere', async () => {
    await check.check(ann.email, password, '198.51.100.7');
    await guesses(ann.email, (number) => `192.0.2.${number}`, 20);
    assert.equal((await check.check(ann.email, password, '203.0.113.9')).is, 'throttled');
    assert.equal((await check.check(ann.email, password, '198.51.100.7')).is, 'right');
    const there = await guesses(ann.email, () => '198.51.100.7', 6);
    assert.deepEqual(there.slice(3), ['wrong', 'throttled', 'throttled'], 'who fails there is slowed down as well');
  });

  it('makes a hash anew at the next sign-in when hashes have become dearer, and only then', async () => {
    const before = identity.credentials(ann.id);
    await check.check(ann.email, password, 'a');
    assert.deepEqual(identity.credentials(ann.id), before);
    const dearer = new PasswordCheck({ identity, clock, cost: { ...cheap, memoryKib: 16 } });
    await dearer.check(ann.email, 'wrong', 'a');
    assert.deepEqual(identity.credentials(ann.id), before);
    assert.equal((await dearer.check(ann.email, password, 'a')).is, 'right');
    const after = identity.credentials(ann.id).passwordHash ?? assert.fail();
    assert.match(after, /m=16,/);
    assert.ok(await matchesPassword(password, after));
    assert.equal((await dearer.check(ann.email, password, 'a')).is, 'right');
  });

  it('keeps a password that was changed while the old one was hashed anew', async () => {
    const changed = { passwordHash: await hashPassword('another quiet river', cheap), recoveryHashes: ['kept'] };
    /** Somebody else is faster by a moment. */
    class Raced extends IdentitySqlite {
      override together<T>(change: () => T): T {
        this.putCredentials(ann.id, changed);
        return super.together(change);
      }
    }
    const raced = new PasswordCheck({
      identity: new Raced(db, seededIds(2)),
      clock,
      cost: { ...cheap, memoryKib: 16 },
    });
    await raced.check(ann.email, password, 'a');
    assert.deepEqual(identity.credentials(ann.id), changed);
  });

  it('goes on after a stored hash that is damaged', async () => {
    const bob = await addUser('bob@tacet.test');
    identity.putCredentials(bob.id, { passwordHash: 'nonsense', recoveryHashes: [] });
    await assert.rejects(check.check(bob.email, password, 'a'), { name: 'Defect' });
    assert.equal((await check.check(ann.email, password, 'a')).is, 'right');
  });
});
