/** HTTP message signatures as AudioHook clients make them: one signature, a fixed list of components, HMAC-SHA256. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { audioHookLimits } from './limits.ts';

/** A request to be judged. Header names are in lower case, values as they came. */
export interface SignedRequest {
  /** Path and query. */
  readonly target: string;
  readonly host: string;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
}

export type SignatureVerdict =
  | { readonly kind: 'good'; readonly nonce: string; readonly usableUntilSeconds: number }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad'; readonly why: 'malformed' | 'incomplete' | 'stale' | 'foreignKey' | 'mismatch' };

const covered = [
  '@request-target',
  '@authority',
  'audiohook-organization-id',
  'audiohook-session-id',
  'audiohook-correlation-id',
  'x-api-key',
] as const;
const headerCharactersMax = 4_096;

function headerOf({ headers }: SignedRequest, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : value.map((one) => one.trim()).join(', ');
  return text.length > headerCharactersMax ? undefined : text.trim();
}

function componentOf(request: SignedRequest, component: (typeof covered)[number]): string | undefined {
  if (component === '@request-target') return request.target;
  if (component === '@authority') return request.host.toLowerCase().replace(/:(80|443)$/, '');
  return headerOf(request, component);
}

/** The parameters behind the list of components, each at most once; `undefined` when there is anything else. */
function readParameters(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  const pattern = /;(keyid|nonce|alg|created|expires)=(?:"([\x20\x21\x23-\x5b\x5d-\x7e]*)"|(\d{1,15}))/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, name = '', quoted, digits] = match;
    const isNumber = name === 'created' || name === 'expires';
    const value = isNumber ? digits : quoted;
    if (value === undefined || found.has(name)) return undefined;
    found.set(name, value);
  }
  return found;
}

interface Claim {
  /** As it stands in the header, which is what was signed. */
  readonly text: string;
  readonly keyId: string;
  readonly nonce: string;
  readonly created: number;
  readonly expires: number | undefined;
  readonly signature: Buffer;
}

const input = /^sig1=(\(("[a-z0-9@-]+"(?: "[a-z0-9@-]+")*)\)(;.*))$/;
const output = /^sig1=:([A-Za-z0-9+/]{43}=):$/;

function readClaim(inputHeader: string, signatureHeader: string): Claim | 'malformed' | 'incomplete' {
  const [, text = '', list = '', tail = ''] = input.exec(inputHeader) ?? [];
  const encoded = output.exec(signatureHeader)?.[1];
  const parameters = readParameters(tail);
  if (text === '' || encoded === undefined || parameters === undefined) return 'malformed';
  // Rule: a signature that leaves out one of the agreed components, or has them in another order, is refused
  if (list !== covered.map((name) => `"${name}"`).join(' ')) return 'incomplete';
  const [keyId, nonce, created] = [parameters.get('keyid'), parameters.get('nonce'), parameters.get('created')];
  const alg = parameters.get('alg');
  if (keyId === undefined || nonce === undefined || created === undefined) return 'incomplete';
  if (alg !== undefined && alg !== 'hmac-sha256') return 'incomplete';
  const { nonceCharactersMin, nonceCharactersMax } = audioHookLimits;
  if (nonce.length < nonceCharactersMin || nonce.length > nonceCharactersMax) return 'incomplete';
  const expires = parameters.get('expires');
  const signature = Buffer.from(encoded, 'base64');
  const times = { created: Number(created), expires: expires === undefined ? undefined : Number(expires) };
  return { text, keyId, nonce, ...times, signature };
}

/** From when on the claim is worthless. */
function usableUntil({ created, expires }: Claim): number {
  const aged = created + audioHookLimits.signatureAgeSeconds;
  return expires === undefined ? aged : Math.min(aged, expires);
}

function isFresh(claim: Claim, nowSeconds: number): boolean {
  const skew = audioHookLimits.clockSkewSeconds;
  return claim.created <= nowSeconds + skew && nowSeconds < usableUntil(claim) + skew;
}

function isSignedWith(request: SignedRequest, claim: Claim, secret: Uint8Array): boolean {
  const lines: string[] = [];
  for (const component of covered) {
    const value = componentOf(request, component);
    if (value === undefined) return false;
    lines.push(`"${component}": ${value}`);
  }
  lines.push(`"@signature-params": ${claim.text}`);
  const expected = createHmac('sha256', secret).update(lines.join('\n')).digest();
  return claim.signature.length === expected.length && timingSafeEqual(claim.signature, expected);
}

/**
 * Judges the signature of a request, but not whether its nonce was seen before.
 * @param secret the client's; whoever asks without a known key is judged with one that nobody has, in the same time.
 */
export function verifySignature(request: SignedRequest, secret: Uint8Array, nowSeconds: number): SignatureVerdict {
  const inputHeader = headerOf(request, 'signature-input');
  const signatureHeader = headerOf(request, 'signature');
  if (request.headers['signature-input'] === undefined && request.headers['signature'] === undefined) {
    return { kind: 'unsigned' };
  }
  if (inputHeader === undefined || signatureHeader === undefined) return { kind: 'bad', why: 'malformed' };
  const claim = readClaim(inputHeader, signatureHeader);
  if (typeof claim === 'string') return { kind: 'bad', why: claim };
  if (claim.keyId !== headerOf(request, 'x-api-key')) return { kind: 'bad', why: 'foreignKey' };
  // Rule: a signature that is too old, or from the future, is refused
  if (!isFresh(claim, nowSeconds)) return { kind: 'bad', why: 'stale' };
  if (!isSignedWith(request, claim, secret)) return { kind: 'bad', why: 'mismatch' };
  return {
    kind: 'good',
    nonce: claim.nonce,
    usableUntilSeconds: usableUntil(claim) + audioHookLimits.clockSkewSeconds,
  };
}

/** Nonces of good signatures, for as long as these could be used again. */
export class NonceMemory {
  /** Until when each is remembered, the oldest first. */
  readonly #until = new Map<string, number>();

  /** @returns whether the nonce is new; one that cannot be remembered counts as used. */
  take(keyId: string, nonce: string, usableUntilSeconds: number, nowSeconds: number): boolean {
    this.#forget(nowSeconds);
    const name = `${keyId} ${nonce}`;
    // Rule: a signature that was used before is refused
    if (this.#until.has(name) || this.#until.size >= audioHookLimits.noncesMax) return false;
    this.#until.set(name, usableUntilSeconds);
    return true;
  }

  #forget(nowSeconds: number): void {
    for (const [name, until] of this.#until) {
      // They age nearly in the order they came; one that lasts longer keeps those behind it a few seconds more.
      if (until > nowSeconds) return;
      this.#until.delete(name);
    }
  }
}
