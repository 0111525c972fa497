/** Checks passwords: at a bounded cost, slower after failures, and without telling who has an account. */
import type { Clock } from '@tacet/domain';
import { throttleKey } from '../remote-address.ts';
import { AttemptThrottle } from './attempt-throttle.ts';
import { HashingTurns } from './hashing-turns.ts';
import type { IdentityStore, User } from './identity.ts';
import { identityLimits } from './identity-limits.ts';
import { type Argon2Cost, hashPassword, isOutdated, matchesPassword, usualCost } from './password-hash.ts';

export type PasswordVerdict =
  | { readonly is: 'right'; readonly user: User }
  /** With the user if there is one, for the audit log alone, and how many attempts were turned away unread before. */
  | { readonly is: 'wrong'; readonly user?: User; readonly turnedAwayCount: number }
  | { readonly is: 'throttled'; readonly waitMs: number }
  | { readonly is: 'busy' };

/** A minute at most: ASVS 2.2.1 allows a hundred failures an hour for one account, and this makes seventy of it. */
const accountPace = { freeCount: 3, firstWaitMs: 1_000, waitMsMax: 60_000, forgetMs: 900_000 } as const;
/** Many people may share one address, so it takes more failures and waits less. */
const addressPace = { freeCount: 20, firstWaitMs: 1_000, waitMsMax: 10_000, forgetMs: 900_000 } as const;

interface Attempt {
  readonly account: string;
  readonly password: string;
  readonly from: string;
}

/**
 * Judges passwords. Failures slow down the account they name, whether it exists or not, and the address they come
 * from. An address from which a user has signed in before counts its failures for itself, so that a stranger who fails
 * on purpose cannot keep a user out of the places where they work.
 */
export class PasswordCheck {
  readonly #identity: IdentityStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #cost: Argon2Cost;
  readonly #turns = new HashingTurns(identityLimits.passwordsHashedAtOnceMax, identityLimits.passwordsWaitingMax);
  readonly #accounts = new AttemptThrottle({ ...accountPace, keysMax: identityLimits.throttledKeysMax });
  readonly #addresses = new AttemptThrottle({ ...addressPace, keysMax: identityLimits.throttledKeysMax });
  /** Accounts with addresses from which they signed in, oldest first. */
  readonly #knownPlaces = new Set<string>();
  #dummy: Promise<string> | undefined;

  /** @param cost what new hashes cost; tests take less. */
  constructor(parts: { identity: IdentityStore; clock: Pick<Clock, 'now'>; cost?: Argon2Cost }) {
    this.#identity = parts.identity;
    this.#clock = parts.clock;
    this.#cost = parts.cost ?? usualCost;
  }

  /** Hashes a new password when its turn comes; `undefined` when too many wait. */
  async hash(password: string): Promise<string | undefined> {
    return (await this.#turns.take(() => hashPassword(password, this.#cost)))?.result;
  }

  /** Judges the password that `from` (an address) sent for the user with an e-mail address. */
  async check(email: string, password: string, from: string): Promise<PasswordVerdict> {
    // Whatever is too long to be either costs nothing.
    const isShort = email.length <= identityLimits.nameCharactersMax;
    const account = isShort ? email.normalize('NFKC').toLowerCase() : '';
    const sent = password.length <= 4 * identityLimits.passwordCharactersMax ? password : '';
    const attempt: Attempt = { account, password: sent, from };
    const waitMs = this.#waitMs(attempt);
    if (waitMs > 0) return { is: 'throttled', waitMs };
    const turn = await this.#turns.take(() => this.#judge(attempt));
    return turn?.result ?? { is: 'busy' };
  }

  async #judge(attempt: Attempt): Promise<PasswordVerdict> {
    // Others failed while this one waited for its turn.
    const waitMs = this.#waitMs(attempt);
    if (waitMs > 0) return { is: 'throttled', waitMs };
    const user = this.#identity.userByEmail(attempt.account);
    const stored = user === undefined ? undefined : this.#identity.credentials(user.id).passwordHash;
    // Rule: an account that does not exist takes as long to refuse as a wrong password
    const dummy = await this.#dummyHash();
    const isRight = await matchesPassword(attempt.password, stored ?? dummy);
    if (isRight && stored !== undefined && user?.state === 'active') return this.#letIn(user, attempt, stored);
    const now = this.#clock.now();
    this.#addresses.failed(throttleKey(attempt.from), now);
    const turnedAwayCount = this.#accounts.failed(this.#accountKey(attempt), now);
    return { is: 'wrong', ...(user === undefined ? {} : { user }), turnedAwayCount };
  }

  async #letIn(user: User, attempt: Attempt, stored: string): Promise<PasswordVerdict> {
    this.#accounts.succeeded(this.#accountKey(attempt));
    this.#remember(attempt);
    if (isOutdated(stored, this.#cost)) {
      const passwordHash = await hashPassword(attempt.password, this.#cost);
      this.#identity.together(() => {
        const credentials = this.#identity.credentials(user.id);
        // The password may have been changed while this one was hashed.
        if (credentials.passwordHash === stored)
          this.#identity.putCredentials(user.id, { ...credentials, passwordHash });
      });
    }
    return { is: 'right', user };
  }

  /** What nobody's password is behind, at the cost of a real one. */
  #dummyHash(): Promise<string> {
    this.#dummy ??= hashPassword('', this.#cost);
    return this.#dummy;
  }

  #accountKey(attempt: Attempt): string {
    const place = placeOf(attempt);
    return this.#knownPlaces.has(place) ? place : `account ${attempt.account}`;
  }

  #remember(attempt: Attempt): void {
    const place = placeOf(attempt);
    this.#knownPlaces.delete(place);
    this.#knownPlaces.add(place);
    if (this.#knownPlaces.size <= identityLimits.knownPlacesMax) return;
    const [oldest] = this.#knownPlaces;
    if (oldest !== undefined) this.#knownPlaces.delete(oldest);
  }

  #waitMs(attempt: Attempt): number {
    const now = this.#clock.now();
    const key = this.#accountKey(attempt);
    const waitMs = Math.max(this.#accounts.waitMs(key, now), this.#addresses.waitMs(throttleKey(attempt.from), now));
    if (waitMs > 0) this.#accounts.turnedAway(key);
    return waitMs;
  }
}

/** Nothing that a stranger sends as an account reads like one of these. */
function placeOf({ account, from }: Attempt): string {
  return `place ${throttleKey(from)} ${account}`;
}
