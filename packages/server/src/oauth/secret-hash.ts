/** Client secrets: made from 256 random bits, kept as salted scrypt hashes only. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { needs } from '@tacet/domain';

/** Cost of scrypt (RFC 7914): N is 2 to the power of `exponent`. */
export interface ScryptCost {
  readonly exponent: number;
  readonly blockSize: number;
  readonly parallel: number;
}

/** 32 MiB and about a tenth of a second, which bounds the guessing of secrets that people chose. */
const usualCost: ScryptCost = { exponent: 15, blockSize: 8, parallel: 1 };
const saltBytes = 16;
const hashBytes = 32;

/**
 * A new secret: 43 characters that need no encoding in headers, forms or shells. Nobody guesses 256 random bits, whatever
 * their hash costs, so that they need no argon2id as passwords do; scrypt is for the secrets that operators choose.
 */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Hashes a secret with a salt of its own. The result names its cost, so that the cost can be raised later. */
export async function hashSecret(secret: string, cost: ScryptCost = usualCost): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(secret, salt, cost);
  return ['scrypt', cost.exponent, cost.blockSize, cost.parallel, base64(salt), base64(hash)].join(':');
}

/** Whether `secret` is the one behind `stored`, in a time that does not depend on how far they agree. */
export async function matchesHash(secret: string, stored: string): Promise<boolean> {
  const [kind, exponent, blockSize, parallel, salt, hash] = stored.split(':');
  needs(kind === 'scrypt' && salt !== undefined && hash !== undefined, 'a stored secret is a scrypt hash');
  const expected = Buffer.from(hash, 'base64url');
  needs(expected.length === hashBytes, 'a stored secret hash is complete');
  const actual = await derive(secret, Buffer.from(salt, 'base64url'), {
    exponent: Number(exponent),
    blockSize: Number(blockSize),
    parallel: Number(parallel),
  });
  return timingSafeEqual(actual, expected);
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function derive(secret: string, salt: Buffer, { exponent, blockSize, parallel }: ScryptCost): Promise<Buffer> {
  const options = { N: 2 ** exponent, r: blockSize, p: parallel, maxmem: 256 * blockSize * 2 ** exponent };
  // scrypt's HMAC fills short keys up with zeros; a digest of fixed length keeps "a" and "a\0" apart.
  const digest = createHash('sha256').update(secret, 'utf8').digest();
  return new Promise((resolve, reject) => {
    scrypt(digest, salt, hashBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
