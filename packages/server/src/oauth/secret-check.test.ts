/** Judging secrets: what is right, what is slowed down, and what waits. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ClientId, instant } from '@tacet/domain';
import { ManualClock } from '@tacet/testkit';
import type { OauthClient } from './identity.ts';
import { SecretCheck } from './secret-check.ts';
import { hashSecret } from './secret-hash.ts';

const cheap = { exponent: 4, blockSize: 8, parallel: 1 };

async function clientWith(secret: string, id = 'client'): Promise<OauthClient> {
  const clock = new ManualClock();
  return {
    id: id as ClientId,
    name: id,
    description: '',
    kind: 'CLIENT-CREDENTIALS',
    secretHash: await hashSecret(secret, cheap),
    redirectUris: [],
    scopes: [],
    state: 'active',
    tokenValiditySeconds: 300,
    origin: 'added',
    createdAt: clock.now(),
    modifiedAt: clock.now(),
  };
}

describe('a secret check', () => {
  it('says right for the right secret and wrong for others', async () => {
    const client = await clientWith('right');
    const check = new SecretCheck(new ManualClock());
    assert.deepEqual(await check.check(client, 'right', '192.0.2.1'), { is: 'right' });
    for (const secret of ['', 'Right', 'right ', 'right\0']) {
      assert.equal((await check.check(client, secret, `192.0.2.${secret.length}`)).is, 'wrong');
    }
  });

  it('forgets a secret that was right as soon as the client has another', async () => {
    const check = new SecretCheck(new ManualClock());
    assert.equal((await check.check(await clientWith('old'), 'old', 'a')).is, 'right');
    const changed = await clientWith('new');
    assert.equal((await check.check(changed, 'old', 'a')).is, 'wrong');
    assert.equal((await check.check(changed, 'new', 'a')).is, 'right');
    const { secretHash: _gone, ...without } = changed;
    assert.equal((await check.check(without, 'new', 'a')).is, 'wrong');
  });

  it('the secret before a rotation counts until its overlap ends, and not after', async () => {
    const clock = new ManualClock();
    const check = new SecretCheck(clock);
    const [old, now] = [await clientWith('old'), await clientWith('new')];
    const hash = old.secretHash ?? assert.fail();
    const rotated: OauthClient = { ...now, previousSecret: { hash, until: instant(clock.now() + 1_000) } };
    assert.equal((await check.check(old, 'old', 'a')).is, 'right');
    for (const secret of ['old', 'new']) assert.equal((await check.check(rotated, secret, 'a')).is, 'right');
    assert.equal((await check.check(rotated, 'older', 'a')).is, 'wrong');
    clock.advance(999);
    assert.equal((await check.check(rotated, 'old', 'a')).is, 'right');
    clock.advance(1);
    assert.equal((await check.check(rotated, 'old', 'a')).is, 'wrong', 'also for who was known to have it');
    assert.equal((await check.check(rotated, 'new', 'a')).is, 'right');
  });

  it('lets a client in that is known by its old secret while others fail', async () => {
    const check = new SecretCheck(new ManualClock());
    const old = await clientWith('old');
    await check.check(old, 'old', 'a');
    const hash = old.secretHash ?? assert.fail();
    const until = instant(new ManualClock().now() + 1_000);
    const rotated: OauthClient = { ...(await clientWith('new')), previousSecret: { hash, until } };
    for (let count = 0; count < 5; count += 1) await check.check(rotated, `guess ${count}`, `b${count}`);
    assert.equal((await check.check(rotated, 'new', 'c')).is, 'throttled');
    assert.equal((await check.check(rotated, 'old', 'c')).is, 'right');
  });

  it('takes a secret of one client for no other', async () => {
    const check = new SecretCheck(new ManualClock());
    await check.check(await clientWith('shared', 'one'), 'shared', 'a');
    assert.equal((await check.check(await clientWith('other', 'two'), 'shared', 'a')).is, 'wrong');
  });

  it('slows down who guesses one client from many addresses', async () => {
    const client = await clientWith('right');
    const clock = new ManualClock();
    const check = new SecretCheck(clock);
    const verdicts: string[] = [];
    for (let number = 0; number < 6; number += 1) {
      verdicts.push((await check.check(client, `guess ${number}`, `192.0.2.${number}`)).is);
    }
    assert.deepEqual(verdicts, ['wrong', 'wrong', 'wrong', 'wrong', 'throttled', 'throttled']);
    for (let count = 0; count < 10; count += 1) {
      clock.advance(30_000);
      assert.equal((await check.check(client, `later ${count}`, 'c')).is, 'wrong');
    }
    assert.deepEqual(await check.check(client, 'right', 'd'), { is: 'throttled', waitMs: 30_000 });
    clock.advance(30_000);
    assert.equal((await check.check(client, 'right', 'd')).is, 'right');
  });

  it('slows down who guesses many clients from one address, and no other address', async () => {
    const clock = new ManualClock();
    const check = new SecretCheck(clock);
    for (let count = 0; count < 21; count += 1) {
      assert.equal(check.addressWaitMs('2001:db8::1'), 0);
      check.namedUnknownClient(`2001:db8::${count}`);
    }
    assert.equal(check.addressWaitMs('2001:db8::1'), 1_000);
    const client = await clientWith('right');
    assert.equal((await check.check(client, 'right', '2001:db8::ff')).is, 'throttled');
    assert.equal((await check.check(client, 'right', '2001:db8:1::1')).is, 'right');
  });

  it('lets a bounded number of secrets wait, and turns the next one away', async () => {
    const clients = await Promise.all(Array.from({ length: 33 }, (_, number) => clientWith('right', `c${number}`)));
    const check = new SecretCheck(new ManualClock());
    const verdicts = await Promise.all(clients.map((client) => check.check(client, 'right', 'a')));
    assert.deepEqual(
      verdicts.slice(0, 32).map((verdict) => verdict.is),
      new Array(32).fill('right'),
    );
    assert.equal(verdicts[32]?.is, 'busy');
    assert.equal((await check.check(clients[32] ?? assert.fail(), 'right', 'a')).is, 'right');
  });

  it('answers the same question once, however many ask it together', async () => {
    const client = await clientWith('right');
    const check = new SecretCheck(new ManualClock());
    const right = await Promise.all(Array.from({ length: 100 }, () => check.check(client, 'right', 'a')));
    assert.ok(right.every((verdict) => verdict.is === 'right'));
    const wrong = await Promise.all(Array.from({ length: 100 }, () => check.check(client, 'wrong', 'a')));
    assert.ok(wrong.every((verdict) => verdict.is === 'wrong'));
    assert.equal((await check.check(client, 'another guess', 'a')).is, 'wrong', 'a hundred equal ones are one failure');
  });

  it('counts guesses that came in together one after the other', async () => {
    const client = await clientWith('right');
    const check = new SecretCheck(new ManualClock());
    const guesses = Array.from({ length: 20 }, (_, number) => check.check(client, `guess ${number}`, 'a'));
    const wrong = (await Promise.all(guesses)).filter((verdict) => verdict.is === 'wrong');
    assert.equal(wrong.length, 4);
  });

  it('goes on after a stored hash that is damaged', async () => {
    const check = new SecretCheck(new ManualClock());
    const damaged = { ...(await clientWith('right', 'damaged')), secretHash: 'nonsense' };
    await assert.rejects(check.check(damaged, 'right', 'a'), { name: 'Defect' });
    assert.equal((await check.check(await clientWith('right'), 'right', 'a')).is, 'right');
  });

  it('refuses what is too long to be a secret without hashing it', async () => {
    const client = await clientWith('x'.repeat(769));
    const check = new SecretCheck(new ManualClock());
    assert.equal((await check.check(client, 'x'.repeat(769), 'a')).is, 'wrong');
    assert.equal((await check.check(await clientWith('x'.repeat(768), 'b'), 'x'.repeat(768), 'a')).is, 'right');
  });
});
