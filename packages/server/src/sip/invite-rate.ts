/** How many recording sessions may begin in a second; a burst above it waits at the peer and not in front of our media. */
import type { Clock, Instant } from '@tacet/domain';

export interface RateLimits {
  readonly perSecond: number;
  readonly burst: number;
}

export class InviteRate {
  readonly #clock: Clock;
  readonly #limits: RateLimits;
  #left: number;
  #at: Instant;

  constructor(clock: Clock, limits: RateLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#left = limits.burst;
    this.#at = clock.now();
  }

  /** Takes one; false when there have been too many. */
  take(): boolean {
    const now = this.#clock.now();
    const { perSecond, burst } = this.#limits;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
