/** The keys with which AudioHook clients come, from a file of the operator's. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readUuid } from '@tacet/wire/audiohook';
import { parseYaml } from '../parse-yaml.ts';
import { audioHookEdgeLimits } from './limits.ts';

export interface AudioHookKey {
  /** What logs call it. */
  readonly name: string;
  /** The client secret; empty where requests need not be signed. */
  readonly secret: Uint8Array;
  /** The only organization that may come with it; any when left out. */
  readonly organizationId?: string;
}

/** A key file that cannot be used; its message is the whole sentence for the operator, without any key. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}

/** Keys by what the client shows; looked up by digest, so that the time of a look says nothing about keys. */
export class AudioHookKeys {
  readonly #byDigest: ReadonlyMap<string, AudioHookKey>;

  constructor(keys: ReadonlyMap<string, AudioHookKey>) {
    this.#byDigest = new Map([...keys].map(([key, known]) => [digestOf(key), known]));
  }

  find(key: string): AudioHookKey | undefined {
    return this.#byDigest.get(digestOf(key));
  }
}

const fields: ReadonlySet<string> = new Set(['name', 'key', 'secret', 'organizationId']);

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readSecret(text: string, where: string): Uint8Array {
  const secret = Buffer.from(text, 'base64');
  if (secret.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) {
    throw new KeyFileError(`The secret of ${where} is not Base64.`);
  }
  if (secret.length > 0 && secret.length < 16)
    throw new KeyFileError(`The secret of ${where} is shorter than 16 bytes.`);
  return secret;
}

function readEntry(entry: unknown, path: string, place: number): readonly [string, AudioHookKey] {
  const where = `entry ${place + 1} of ${path}`;
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw new KeyFileError(`The ${where} must have name, key and secret.`);
  }
  const given = new Map(Object.entries(entry));
  for (const name of given.keys()) if (!fields.has(name)) throw new KeyFileError(`The ${where} has an unknown field.`);
  const [name, key, secret] = ['name', 'key', 'secret'].map((field) => textOf(given.get(field)));
  if (name === undefined || name === '' || name.length > 80) throw new KeyFileError(`The ${where} needs a name.`);
  if (key === undefined || !/^[\x21-\x7e]{8,256}$/.test(key)) {
    throw new KeyFileError(`The ${where} needs a key of 8 to 256 characters without spaces.`);
  }
  // An empty secret must be written down: leaving it out by mistake would let everybody in who knows the key.
  if (secret === undefined) throw new KeyFileError(`The ${where} needs a secret; "" lets unsigned requests in.`);
  const wanted = given.get('organizationId');
  const organizationId = wanted === undefined ? undefined : readUuid(wanted);
  if (wanted !== undefined && organizationId === undefined) {
    throw new KeyFileError(`The organizationId of ${where} is no UUID.`);
  }
  const known = { name, secret: readSecret(secret, where) };
  return [key, organizationId === undefined ? known : { ...known, organizationId }];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new KeyFileError(`The key file ${path} cannot be read (${code}).`);
  }
}

function documentOf(text: string, path: string): unknown {
  try {
    // Warnings would quote the file, and with it a secret; aliases would let a small file hold a great deal.
    return parseYaml(text, { schema: 'failsafe', maxAliasCount: 0, logLevel: 'error' });
  } catch {
    // The parser's own words may quote the file as well.
    throw new KeyFileError(`The key file ${path} cannot be read: it is not YAML.`);
  }
}

/** @throws KeyFileError when the file is missing, not YAML, or not a list of keys. */
export function readKeyFile(path: string): AudioHookKeys {
  const text = readText(path);
  const { keyFileCharactersMax } = audioHookEdgeLimits;
  if (text.length > keyFileCharactersMax) {
    throw new KeyFileError(`The key file ${path} must have ${keyFileCharactersMax} characters at most.`);
  }
  const document = documentOf(text, path);
  if (!Array.isArray(document) || document.length > audioHookEdgeLimits.keysMax) {
    throw new KeyFileError(`The key file ${path} must be a list of keys.`);
  }
  const entries = document.map((entry, place) => readEntry(entry, path, place));
  const keys = new Map<string, AudioHookKey>();
  for (const [place, [key, known]] of entries.entries()) {
    if (keys.has(key)) throw new KeyFileError(`The entry ${place + 1} of ${path} has the key of another one.`);
    keys.set(key, known);
  }
  return new AudioHookKeys(keys);
}
