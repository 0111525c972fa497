/** The keys that sign identity tokens: made once, kept in the data folder. */
import { generateKeyPair, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '@tacet/domain';
import { writePrivateFile } from './private-file.ts';

/** A JSON Web Key Set (RFC 7517 §5) with private members; never leaves the process. */
export interface SigningKeys {
  readonly keys: readonly { readonly [member: string]: unknown }[];
}

const fileName = 'oauth-signing.json';

/**
 * Reads the keys from a folder, or makes them there (mode 0600).
 * @throws Fault storageUnavailable when the file is there but cannot be read; it is never replaced by new keys.
 */
export async function loadSigningKeys(folder: string): Promise<SigningKeys> {
  const path = join(folder, fileName);
  const text = await readIfThere(path);
  if (text !== undefined) return parse(text);
  const keys = await makeKeys();
  await writePrivateFile(path, `${JSON.stringify(keys)}\n`);
  return keys;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Fault('storageUnavailable', { file: fileName }, error);
  }
}

function parse(text: string): SigningKeys {
  try {
    const value = JSON.parse(text) as { keys?: unknown };
    if (Array.isArray(value.keys) && value.keys.length > 0) return { keys: value.keys };
  } catch (error) {
    throw new Fault('storageUnavailable', { file: fileName }, error);
  }
  throw new Fault('storageUnavailable', { file: fileName });
}

async function makeKeys(): Promise<SigningKeys> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ format: 'jwk' });
  return { keys: [{ ...key, kid: randomUUID(), alg: 'ES256', use: 'sig' }] };
}
