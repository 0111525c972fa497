/** Digest authentication as a server does it (RFC 3261 §22, RFC 7616, RFC 8760): challenge, credentials, and their check. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isToken, patterns, quoted, unquoted } from './grammar.ts';
import { sipLimits } from './limits.ts';

/** What we may be answered with, the better one first; MD5 for SBCs that know nothing else. */
export const digestAlgorithms = ['SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  /** The last answer was right but for its nonce: the peer need not ask anybody for the secret again. */
  readonly isStale: boolean;
}

/** An Authorization header of scheme Digest with `qop=auth`. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** The digest-uri as the peer wrote it, which need not be the Request-URI by the time that it gets here. */
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly cnonce: string;
  /** How often the peer has used this nonce, this time included; as written, and as a number. */
  readonly nc: string;
  readonly nonceCount: number;
}

const pair = new RegExp(
  `[ \\t]*(${patterns.token})[ \\t]*=[ \\t]*(${patterns.token}|${patterns.quoted})[ \\t]*(?:,|$)`,
  'y',
);
const scheme = /^digest[ \t]+/i;
const nodeNames: Readonly<Record<DigestAlgorithm, string>> = { 'SHA-256': 'sha256', MD5: 'md5' };

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(nodeNames[algorithm]).update(text, 'utf8').digest('hex');
}

/** What the server keeps instead of the secret (RFC 7616 §3.4.2, H(A1)). */
export function digestHash(algorithm: DigestAlgorithm, username: string, realm: string, secret: string): string {
  return hash(algorithm, `${username}:${realm}:${secret}`);
}

/** The value of a WWW-Authenticate header. */
export function formatChallenge({ realm, nonce, algorithm, isStale }: DigestChallenge): string {
  const stale = isStale ? ', stale=true' : '';
  return `Digest realm=${quoted(realm)}, nonce=${quoted(nonce)}, algorithm=${algorithm}, qop="auth"${stale}`;
}

/** The parameters behind the scheme, by lower-case name; undefined when one is malformed or comes twice. */
function parametersIn(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (let at = 0; at < text.length; at = pair.lastIndex) {
    pair.lastIndex = at;
    const match = pair.exec(text);
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || found.has(name) || found.size >= sipLimits.parametersMax) return undefined;
    found.set(name, unquoted(match?.[2] ?? ''));
  }
  return found;
}

/** Reads the value of an Authorization header. Undefined when it is malformed or is none that we ask for. */
export function parseCredentials(text: string): DigestCredentials | undefined {
  const lead = scheme.exec(text);
  const found = lead === null ? undefined : parametersIn(text.slice(lead[0].length));
  if (found === undefined) return undefined;
  const given = (name: string): string => found.get(name) ?? '';
  const named = (found.get('algorithm') ?? 'MD5').toUpperCase();
  const algorithm = digestAlgorithms.find((one) => one === named);
  const [username, realm, nonce, uri] = [given('username'), given('realm'), given('nonce'), given('uri')];
  const [response, cnonce, nc] = [given('response').toLowerCase(), given('cnonce'), given('nc')];
  if (algorithm === undefined || given('qop').toLowerCase() !== 'auth') return undefined;
  if (username === '' || nonce === '' || uri === '' || cnonce === '') return undefined;
  if (!/^[0-9a-f]{32,64}$/.test(response) || !/^[0-9A-Fa-f]{8}$/.test(nc)) return undefined;
  const nonceCount = Number.parseInt(nc, 16);
  return { username, realm, nonce, uri, response, algorithm, cnonce, nc, nonceCount };
}

/** The response that whoever knows the secret gives (RFC 7616 §3.4.1 with `qop=auth`). */
export function digestResponse(credentials: Omit<DigestCredentials, 'response'>, method: string, ha1: string): string {
  const { algorithm, nonce, nc, cnonce, uri } = credentials;
  const ha2 = hash(algorithm, `${method}:${uri}`);
  return hash(algorithm, `${ha1}:${nonce}:${nc}:${cnonce}:auth:${ha2}`);
}

/** Whether the response is the one of whoever knows the secret; how long that takes does not tell how near it was. */
export function isRightResponse(credentials: DigestCredentials, method: string, ha1: string): boolean {
  const right = Buffer.from(digestResponse(credentials, method, ha1));
  const given = Buffer.from(credentials.response);
  return right.length === given.length && timingSafeEqual(right, given);
}

/** Whether a user name can be written down and compared as it is. */
export function isPlainUsername(text: string): boolean {
  return isToken(text) || /^[^"\\:\p{Cc}]+$/u.test(text);
}
