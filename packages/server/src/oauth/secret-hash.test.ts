/** Hashes of secrets. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashSecret, makeSecret, matchesHash } from './secret-hash.ts';

describe('the hash of a secret', () => {
  it('matches the secret and nothing else, and costs 32 MiB', async () => {
    const hash = await hashSecret('a secret');
    assert.match(hash, /^scrypt:15:8:1:[\w-]{22}:[\w-]{43}$/);
    assert.equal(await matchesHash('a secret', hash), true);
    assert.equal(await matchesHash('a secreT', hash), false);
  });

  it('is different each time and does not show the secret', async () => {
    const cheap = { exponent: 4, blockSize: 8, parallel: 1 };
    const [one, two] = [await hashSecret('a-secret', cheap), await hashSecret('a-secret', cheap)];
    assert.notEqual(one, two);
    assert.equal(one.includes('a-secret') || one.includes(Buffer.from('a-secret').toString('base64url')), false);
    assert.equal(await matchesHash('a-secret', one), await matchesHash('a-secret', two));
  });

  it('that is damaged is a defect, never a match', async () => {
    const whole = await hashSecret('a', { exponent: 4, blockSize: 8, parallel: 1 });
    for (const damaged of ['', 'plain', 'scrypt:4:8:1', 'scrypt:4:8:1:a:', whole.slice(0, -4), `x${whole}`]) {
      await assert.rejects(matchesHash('a', damaged), { name: 'Defect' });
    }
  });
});

it('a new secret is 256 random bits in letters that need no encoding', () => {
  const secrets = new Set(Array.from({ length: 100 }, makeSecret));
  assert.equal(secrets.size, 100);
  for (const secret of secrets) assert.match(secret, /^[\w-]{43}$/);
});
