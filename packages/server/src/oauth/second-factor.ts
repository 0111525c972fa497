/** The second factor of users: one-time passwords by time (TOTP, RFC 6238), and codes for when the device is lost. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, Fault, type Instant, type KeyService, type SegmentId, type UserId } from '@tacet/domain';
import { Secret, TOTP } from 'otpauth';
import { AttemptThrottle } from './attempt-throttle.ts';
import type { Credentials, IdentityStore, User } from './identity.ts';
import { identityLimits } from './identity-limits.ts';

/** A second factor on its way to a device: shown once, and not in force before a code of the device confirms it. */
export interface SecondFactorDraft {
  /** `otpauth:` URI for a QR code. */
  readonly uri: string;
  /** The secret in base 32, for typing. */
  readonly secret: string;
  /** To be given back with the first code; the user's alone, and unreadable without the key service. */
  readonly sealed: string;
}

export type SecondFactorVerdict =
  | { readonly is: 'right'; readonly by: 'totp' | 'recoveryCode'; readonly codesLeftCount: number }
  | { readonly is: 'wrong' }
  | { readonly is: 'throttled'; readonly waitMs: number };

/** The key service protects keys of 32 bytes; the secret is as long as the hash (RFC 4226 §4), the rest is only there. */
const keyBytes = 32;
const secretBytes = 20;
const periodMs = 30_000;
/** One step earlier or later, for clocks that differ (RFC 6238 §5.2). */
const window = 1;
/** A million codes, three of them good: at this pace a guesser needs years. */
const pace = { freeCount: 4, firstWaitMs: 1_000, waitMsMax: 60_000, forgetMs: 3_600_000 } as const;

export class SecondFactor {
  readonly #identity: IdentityStore;
  readonly #keys: KeyService;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #attempts = new AttemptThrottle({ ...pace, keysMax: identityLimits.throttledKeysMax });

  constructor(parts: { identity: IdentityStore; keys: KeyService; clock: Pick<Clock, 'now'> }) {
    this.#identity = parts.identity;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
  }

  /** Whether a user has to show a code beside the password. */
  isNeededFor(id: UserId): boolean {
    return this.#identity.credentials(id).totp !== undefined;
  }

  /** Makes a new secret for a device; nothing is kept yet. */
  begin({ id, email }: Pick<User, 'id' | 'email'>): SecondFactorDraft {
    const key = randomBytes(keyBytes);
    const totp = totpOf(key, email);
    const sealed = Buffer.from(this.#keys.wrap(key, boundTo(id))).toString('base64url');
    return { uri: totp.toString(), secret: totp.secret.base32, sealed };
  }

  /**
   * Puts a draft in force, in place of any before it, when the code shows that the device has it.
   * @returns the recovery codes, which are shown this once; `undefined` when the code is not right.
   */
  confirm(id: UserId, sealed: string, code: string): readonly string[] | undefined {
    const now = this.#clock.now();
    if (this.#attempts.waitMs(id, now) > 0) return undefined;
    const sealedSecret = Buffer.from(sealed, 'base64url');
    const key = this.#keys.unwrap(sealedSecret, boundTo(id));
    const step = key === undefined ? undefined : stepOf(key, code, now);
    if (step === undefined) {
      this.#attempts.failed(id, now);
      return undefined;
    }
    const codes = Array.from({ length: identityLimits.recoveryCodesCount }, () => makeRecoveryCode());
    this.#identity.together(() => {
      const credentials = this.#identity.credentials(id);
      const totp = { sealedSecret, confirmedAt: now, lastStep: step };
      this.#identity.putCredentials(id, {
        ...credentials,
        totp,
        recoveryHashes: codes.map((each) => hashRecoveryCode(each)),
      });
    });
    return codes;
  }

  /**
   * Judges a code of the device, or a recovery code; each is good once.
   * @throws Fault storageUnavailable when the secret cannot be unsealed: its wrapping key is not there.
   */
  check(id: UserId, code: string): SecondFactorVerdict {
    const now = this.#clock.now();
    const waitMs = this.#attempts.waitMs(id, now);
    if (waitMs > 0) return { is: 'throttled', waitMs };
    const verdict = this.#identity.together(() => this.#judge(id, code, now));
    if (verdict.is === 'right') this.#attempts.succeeded(id);
    else this.#attempts.failed(id, now);
    return verdict;
  }

  #judge(id: UserId, code: string, now: Instant): SecondFactorVerdict {
    const credentials = this.#identity.credentials(id);
    const { totp, recoveryHashes } = credentials;
    if (totp === undefined) return { is: 'wrong' };
    const step = stepOf(this.#unsealed(id, totp.sealedSecret), code, now);
    // Rule: a one-time password is good once, and none that is older than the last one used
    if (step !== undefined && step > totp.lastStep) {
      this.#identity.putCredentials(id, { ...credentials, totp: { ...totp, lastStep: step } });
      return { is: 'right', by: 'totp', codesLeftCount: recoveryHashes.length };
    }
    const used = recoveryHashes.find((hash) => isBehind(hash, code));
    if (used === undefined) return { is: 'wrong' };
    // Rule: a recovery code is good once
    const left = recoveryHashes.filter((hash) => hash !== used);
    this.#identity.putCredentials(id, { ...credentials, recoveryHashes: left });
    return { is: 'right', by: 'recoveryCode', codesLeftCount: left.length };
  }

  #unsealed(id: UserId, sealedSecret: NonNullable<Credentials['totp']>['sealedSecret']): Uint8Array {
    const key = this.#keys.unwrap(sealedSecret, boundTo(id));
    if (key === undefined) throw new Fault('storageUnavailable', { userId: id });
    return key;
  }
}

/** The port binds keys to segments; ids of users are never ids of segments, so that neither opens the other. */
function boundTo(id: UserId): SegmentId {
  return `second factor of ${id}` as SegmentId;
}

/** SHA-1 and six digits are what every device understands; the hash's weakness is no weakness here (RFC 6238 §1.2). */
function totpOf(key: Uint8Array, label: string): TOTP {
  const secret = new Secret({ buffer: Uint8Array.from(key.subarray(0, secretBytes)).buffer });
  return new TOTP({ issuer: 'Tacet', label, algorithm: 'SHA1', digits: 6, period: periodMs / 1_000, secret });
}

/** The step whose code this is; `undefined` when it is none of those that may count now. */
function stepOf(key: Uint8Array, code: string, now: Instant): number | undefined {
  const digits = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) return undefined;
  const delta = totpOf(key, '').validate({ token: digits, timestamp: now, window });
  return delta === null ? undefined : Math.floor(now / periodMs) + delta;
}

/** 80 random bits in groups of four letters and digits; nothing in it looks like something else. */
function makeRecoveryCode(): string {
  const text = new Secret({ buffer: Uint8Array.from(randomBytes(10)).buffer }).base32.toLowerCase();
  return text.match(/.{4}/g)?.join('-') ?? text;
}

/** ASVS 2.6.2: salted. So many random bits need no slow hash. */
function hashRecoveryCode(code: string, salt: string = randomBytes(8).toString('base64url')): string {
  return `${salt}:${createHash('sha256')
    .update(`${salt} ${plain(code)}`)
    .digest('base64url')}`;
}

function isBehind(hash: string, code: string): boolean {
  const [salt = ''] = hash.split(':');
  const [actual, expected] = [Buffer.from(hashRecoveryCode(code, salt)), Buffer.from(hash)];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** However it is typed. */
function plain(code: string): string {
  return code.toLowerCase().replace(/[^a-z2-7]/g, '');
}
