/** SDES: the `a=crypto` attribute (RFC 4568), read strictly and written; keys appear in nothing but its value. */

import { found, type Result, refused } from '../result.ts';
import { srtpLimits } from './limits.ts';
import { type CryptoSuite, suiteNamed } from './suites.ts';

/** One master key with its salt, as an attribute gives it. Secret: it goes into no log, error or audit fact. */
export interface MasterKey {
  /** Key and salt, one behind the other, base64. */
  readonly keyAndSalt: string;
  /** Master key identifier that packets carry, as hex digits of its full length; absent where packets carry none. */
  readonly mki?: string;
}

export interface CryptoAttribute {
  /** Names the attribute within its media line; the answer repeats it (RFC 4568 §5.1.2). */
  readonly tag: string;
  readonly suite: CryptoSuite;
  /** The suite's name as it was written, to be repeated. */
  readonly suiteText: string;
  readonly keys: readonly MasterKey[];
  /** SRTCP comes authenticated and in the clear; the answer repeats it (RFC 4568 §6.3.2). */
  readonly isRtcpPlain: boolean;
}

export type CryptoFaultCode =
  | 'cryptoMalformed'
  /** A suite that we do not know. */
  | 'suiteUnknown'
  /** A session parameter that would weaken the media or that we cannot keep (RFC 4568 §6.3). */
  | 'parameterUnsupported';

/**
 * Reads the value of an `a=crypto` attribute: `tag suite inline:key|lifetime|MKI:length;… parameters`. The lifetime
 * must be well formed and is left to the sender: a recorder that stopped at it would lose what was sent.
 */
export function parseCrypto(value: string): Result<CryptoAttribute, CryptoFaultCode> {
  const [tag, suiteText, keyText, ...parameters] = value.trim().split(/[ \t]+/);
  if (tag === undefined || !/^\d{1,9}$/.test(tag)) return refused('cryptoMalformed', 'tag');
  if (suiteText === undefined || keyText === undefined) return refused('cryptoMalformed', 'parts');
  const suite = suiteNamed(suiteText);
  if (suite === undefined) return refused('suiteUnknown', 'suite');
  const texts = keyText.split(';');
  if (texts.length > srtpLimits.keysMax) return refused('cryptoMalformed', 'keys');
  const keys: MasterKey[] = [];
  for (const text of texts) {
    const key = readKey(text, suite);
    if (key === undefined) return refused('cryptoMalformed', `key ${keys.length + 1}`);
    keys.push(key);
  }
  if (!areToldApart(keys)) return refused('cryptoMalformed', 'keys');
  let isRtcpPlain = false;
  for (const [place, parameter] of parameters.entries()) {
    if (parameter === 'UNENCRYPTED_SRTCP') isRtcpPlain = true;
    else if (!isHarmless(parameter)) return refused('parameterUnsupported', `parameter ${place + 1}`);
  }
  return found({ tag, suite, suiteText, keys, isRtcpPlain });
}

/** Writes the value of the attribute with which an offered one is answered: same tag and suite, a key of ours. */
export function writeCryptoAnswer(offered: CryptoAttribute, keyAndSalt: string): string {
  const plain = offered.isRtcpPlain ? ' UNENCRYPTED_SRTCP' : '';
  return `${offered.tag} ${offered.suiteText} inline:${keyAndSalt}${plain}`;
}

/** Bytes of key and salt together. */
export function keyingBytes({ keyBytes, saltBytes }: CryptoSuite): number {
  return keyBytes + saltBytes;
}

const base64 = /^[A-Za-z0-9+/]{38,64}={0,2}$/;
const lifetimes = /^(2\^\d{1,2}|\d{1,15})$/;

function readKey(text: string, suite: CryptoSuite): MasterKey | undefined {
  if (!/^inline:/i.test(text)) return undefined;
  const [material = '', ...rest] = text.slice('inline:'.length).split('|');
  if (!base64.test(material) || rest.length > 2) return undefined;
  // Some peers leave the `=` at the end out.
  const bytes = Buffer.from(material, 'base64');
  if (bytes.length !== keyingBytes(suite)) return undefined;
  const keyAndSalt = bytes.toString('base64');
  const mkiText = rest.find((part) => part.includes(':'));
  const lifetime = rest.find((part) => !part.includes(':'));
  if (lifetime !== undefined && !lifetimes.test(lifetime)) return undefined;
  // The lifetime stands before the MKI, each at most once (RFC 4568 §9.2).
  if (rest.length === 2 && (lifetime === undefined || mkiText === undefined || rest[0] !== lifetime)) return undefined;
  if (mkiText === undefined) return { keyAndSalt };
  const mki = readMki(mkiText);
  return mki === undefined ? undefined : { keyAndSalt, mki };
}

function readMki(text: string): string | undefined {
  const [, value, length] = /^(\d{1,20}):(\d{1,3})$/.exec(text) ?? [];
  const bytes = Number(length);
  if (value === undefined || bytes < 1 || bytes > srtpLimits.mkiBytesMax) return undefined;
  const digits = BigInt(value).toString(16);
  return digits.length > bytes * 2 ? undefined : digits.padStart(bytes * 2, '0');
}

/** Several keys need identifiers of one length, each its own (RFC 4568 §6.1). */
function areToldApart(keys: readonly MasterKey[]): boolean {
  if (keys.length === 1) return true;
  const ids = keys.map(({ mki }) => mki);
  return ids.every((id) => id !== undefined && id.length === ids[0]?.length) && new Set(ids).size === ids.length;
}

/**
 * What may stand in an offer that we take. A window size is a hint to us, and ours is larger than any in use; keys
 * derived once are ours; a parameter with a hyphen may be passed over (RFC 4568 §6.3.7). Media without encryption
 * or without authentication, and FEC in any order, are not taken.
 */
function isHarmless(parameter: string): boolean {
  return parameter === 'KDR=0' || /^WSH=\d{1,5}$/.test(parameter) || /^-[\w=.:-]{1,128}$/.test(parameter);
}
