/** The file of wrapping keys: its text, and the safe making and reading of it. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '@tacet/domain';
import { hasErrorCode } from './error-code.ts';
import { syncFolderNow } from './sync-folder.ts';
import { keyBytes, keyCheck, type WrappingKey, wrappingKey } from './wrapping-key.ts';

/** All versions of the wrapping key; new data keys are wrapped with the current one. */
export interface KeyRing {
  readonly current: WrappingKey;
  readonly keys: ReadonlyMap<number, WrappingKey>;
}

const formatName = 'tacet-wrapping-keys';
const formatVersion = 1;

/** The bits of a file mode that let anyone but the owner in. */
const othersMask = 0o077;
const othersWriteMask = 0o022;

function refusal(what: string, cause?: unknown): Fault {
  return new Fault('storageUnavailable', { reason: `The file of wrapping keys ${what}` }, cause);
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function readKey(value: unknown): WrappingKey | undefined {
  if (!isRecord(value)) return undefined;
  const { number, key: text, check } = value;
  if (typeof number !== 'number' || typeof text !== 'string') return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== keyBytes || !Number.isInteger(number) || number < 1) return undefined;
  const key = wrappingKey(number, bytes);
  bytes.fill(0);
  return keyCheck(key) === check ? key : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the text, and with it a key.
    return undefined;
  }
}

/** Reads the text of a key file; `undefined` when any part of it is damaged. */
export function readKeyRing(text: string): KeyRing | undefined {
  const value = parse(text);
  if (!isRecord(value) || value['format'] !== formatName || value['version'] !== formatVersion) return undefined;
  if (!Array.isArray(value['keys'])) return undefined;
  const keys = new Map<number, WrappingKey>();
  for (const each of value['keys']) {
    const key = readKey(each);
    if (key === undefined || keys.has(key.number)) return undefined;
    keys.set(key.number, key);
  }
  const current = keys.get(Number(value['current']));
  return current === undefined ? undefined : { current, keys };
}

export function writeKeyRing({ current, keys }: KeyRing): string {
  const written = [...keys.values()].map((each) => ({
    number: each.number,
    key: each.key.export().toString('base64'),
    check: keyCheck(each),
  }));
  return `${JSON.stringify({ format: formatName, version: formatVersion, current: current.number, keys: written }, null, 2)}\n`;
}

/** A ring with a fresh key as the current one; `from` keeps its keys for what they wrapped. */
export function ringWithNewKey(from?: KeyRing): KeyRing {
  const number = Math.max(0, ...(from?.keys.keys() ?? [])) + 1;
  const current = wrappingKey(number, randomBytes(keyBytes));
  return { current, keys: new Map([...(from?.keys ?? []), [number, current]]) };
}

/**
 * Makes the file with one fresh key, whole or not at all; a file that is there already is left alone, whoever made it.
 * @throws Fault storageUnavailable.
 */
export function createKeyFile(path: string): void {
  const folder = dirname(path);
  const written = join(folder, `.${randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(written, writeKeyRing(ringWithNewKey()), { mode: 0o600, flag: 'wx', flush: true });
    // Unlike a rename, a link never takes the place of a file that another process made meanwhile.
    linkSync(written, path);
    syncFolderNow(folder);
    syncFolderNow(dirname(folder));
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw refusal('cannot be made; check that the data folder is ours.', error);
  } finally {
    rmSync(written, { force: true });
  }
}

/**
 * Reads the file after making sure that only its owner can.
 * @returns `undefined` when there is no file.
 * @throws Fault storageUnavailable, with a sentence for the operator in `facts.reason`.
 */
export function readKeyFile(path: string): KeyRing | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw refusal('cannot be opened.', error);
  }
  try {
    // Rule: a key file that others may read is refused.
    if ((fstatSync(file).mode & othersMask) !== 0) throw refusal('may be read by others; set its mode to 0600.');
    if ((statSync(dirname(path)).mode & othersWriteMask) !== 0) {
      throw refusal('can be replaced by others; set the mode of its folder to 0700.');
    }
    const ring = readKeyRing(readFileSync(file, 'utf8'));
    if (ring === undefined) throw refusal('is damaged; restore it from a backup. No new key was made.');
    return ring;
  } finally {
    closeSync(file);
  }
}
