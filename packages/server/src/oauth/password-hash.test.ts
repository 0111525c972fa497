/** Hashes of passwords. */
import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { test } from 'node:test';
import { hashPassword, isOutdated, matchesPassword, usualCost } from './password-hash.ts';

const cheap = { memoryKib: 8, passes: 1, lanes: 1 } as const;

test('a hash is argon2id in the PHC string format, at the cost that OWASP advises', async () => {
  const hash = await hashPassword('a quiet river');
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.deepEqual(usualCost, { memoryKib: 19_456, passes: 2, lanes: 1 });
  assert.equal(isOutdated(hash), false);
  assert.equal(await matchesPassword('a quiet river', hash), true);
});

test('a hash matches its password and no other', async () => {
  const hash = await hashPassword('a quiet river', cheap);
  assert.equal(await matchesPassword('a quiet river', hash), true);
  for (const other of ['', 'a quiet rive', 'a quiet river ', 'A quiet river', 'a quiet river\0']) {
    assert.equal(await matchesPassword(other, hash), false, JSON.stringify(other));
  }
});

test('the same password has another hash each time', async () => {
  assert.notEqual(await hashPassword('same', cheap), await hashPassword('same', cheap));
});

test('a hash that another program made in this format is understood', async () => {
  const nonce = Buffer.from('somesaltsomesalt');
  const key = argon2Sync('argon2id', {
    message: 'password',
    nonce,
    parallelism: 2,
    tagLength: 32,
    memory: 64,
    passes: 3,
  });
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  const stored = `$argon2id$v=19$m=64,t=3,p=2$${text(nonce)}$${text(key)}`;
  assert.equal(await matchesPassword('password', stored), true);
  assert.equal(await matchesPassword('passwort', stored), false);
});

test('a password is the same however its characters were typed', async () => {
  const hash = await hashPassword('Füße im Schnee', cheap);
  assert.equal(await matchesPassword('Fu\u0308ße im Schnee', hash), true);
  assert.equal(await matchesPassword('Fuße im Schnee', hash), false);
});

test('a hash that was cheaper in any way is to be made anew, one that was dearer is not', async () => {
  const hash = await hashPassword('x', { memoryKib: 32, passes: 2, lanes: 2 });
  assert.equal(isOutdated(hash, { memoryKib: 32, passes: 2, lanes: 2 }), false);
  assert.equal(isOutdated(hash, { memoryKib: 16, passes: 1, lanes: 1 }), false);
  for (const dearer of [{ memoryKib: 33 }, { passes: 3 }, { lanes: 3 }]) {
    assert.equal(isOutdated(hash, { memoryKib: 32, passes: 2, lanes: 2, ...dearer }), true);
  }
});

test('a stored hash that is damaged is our defect, and lets nobody in', async () => {
  const good = await hashPassword('x', cheap);
  const damaged = [
    '',
    'scrypt:15:8:1:a:b',
    good.slice(0, -5),
    good.replace('argon2id', 'argon2i'),
    good.replace('v=19', 'v=16'),
  ];
  for (const stored of damaged) await assert.rejects(matchesPassword('x', stored), { name: 'Defect' }, stored);
});
