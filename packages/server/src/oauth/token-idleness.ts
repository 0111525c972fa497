/** Tokens of users that end when they are not used (contract: `IdleTokenTimeout`). */
import { after, type Clock, Fault, type Instant, latest } from '@tacet/domain';
import { signInLimits } from './sign-in/sign-in-limits.ts';
import type { TokenKey } from './token-store.ts';

export interface TokenTimeout {
  readonly minutes: number;
  /** Tokens that were not used since count as used then, so that nobody is thrown out by the setting itself. */
  readonly since: Instant;
}

/** The port that keeps the timeout and the last uses. What a call wrote counts for the next one at once. */
export interface TokenUseStore {
  timeout(): TokenTimeout | undefined;
  /** Sets the timeout; without one, tokens do not idle out. */
  setTimeout(timeout: TokenTimeout | undefined): void;
  usedAt(key: TokenKey): Instant | undefined;
  used(key: TokenKey, at: Instant): void;
  /** Forgets uses from before an instant. */
  removeBefore(before: Instant): void;
}

/** A token whose use is judged. */
export interface UsedToken {
  readonly key: TokenKey;
  readonly issuedAt: Instant;
}

interface Use {
  readonly at: Instant;
  /** The last use that the store knows. */
  readonly keptAt: Instant;
}

const minuteMs = 60_000;
/** After this many uses were kept, old ones are looked for; a token lives for two days at most. */
const pruneEveryCount = 1_000;
const keptMs = 172_800_000;

export class TokenIdleness {
  readonly #store: TokenUseStore;
  readonly #clock: Pick<Clock, 'now'>;
  /** Exact uses, least recent first; the store has them to the minute. */
  readonly #uses = new Map<string, Use>();
  #keptCount = 0;

  constructor(store: TokenUseStore, clock: Pick<Clock, 'now'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Minutes without use after which a token ends; `undefined` while tokens do not idle out. */
  timeoutMinutes(): number | undefined {
    return this.#store.timeout()?.minutes;
  }

  /**
   * Sets the timeout, for tokens that are there already, too; `undefined` switches it off.
   * @throws Fault constraintBroken when it is not a whole number of minutes within the contract's bounds
   */
  setTimeoutMinutes(minutes: number | undefined): void {
    const { idleMinutesMin: min, idleMinutesMax: max } = signInLimits;
    if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= min && minutes <= max)) {
      throw new Fault('constraintBroken', {
        field: 'idleTokenTimeoutSeconds',
        problem: `must be ${min} to ${max} minutes`,
      });
    }
    this.#store.setTimeout(minutes === undefined ? undefined : { minutes, since: this.#clock.now() });
  }

  /** When a token ends unless it is used before; `undefined` while tokens do not idle out. */
  idlesAt(token: UsedToken): Instant | undefined {
    const timeout = this.#store.timeout();
    return timeout === undefined ? undefined : this.#idlesAt(token, timeout);
  }

  /** Notes a use; returns false when the token had not been used for too long. */
  use(token: UsedToken): boolean {
    const timeout = this.#store.timeout();
    if (timeout === undefined) return true;
    const now = this.#clock.now();
    // Rule: A token of a user that was not used for as long as the timeout says is refused.
    if (now >= this.#idlesAt(token, timeout)) return false;
    this.#note(token.key, now);
    return true;
  }

  #idlesAt({ key, issuedAt }: UsedToken, { minutes, since }: TokenTimeout): Instant {
    const usedAt = this.#uses.get(nameOf(key))?.at ?? this.#store.usedAt(key) ?? issuedAt;
    return after(latest(usedAt, since), minutes * minuteMs);
  }

  #note(key: TokenKey, now: Instant): void {
    const name = nameOf(key);
    const keptAt = this.#uses.get(name)?.keptAt;
    const isDue = keptAt === undefined || now - keptAt >= signInLimits.tokenUseGrainMs;
    if (isDue) this.#keep(key, now);
    this.#uses.delete(name);
    this.#uses.set(name, { at: now, keptAt: isDue ? now : keptAt });
    if (this.#uses.size <= signInLimits.tokenUsesMax) return;
    const [oldest] = this.#uses.keys();
    if (oldest !== undefined) this.#uses.delete(oldest);
  }

  #keep(key: TokenKey, now: Instant): void {
    this.#store.used(key, now);
    this.#keptCount += 1;
    if (this.#keptCount % pruneEveryCount === 0) this.#store.removeBefore(after(now, -keptMs));
  }
}

function nameOf(key: TokenKey): string {
  return Buffer.from(key).toString('base64url');
}
