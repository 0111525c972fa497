/** A growing delay after failures, per key, in bounded memory. */
import type { Instant } from '@tacet/domain';

export interface ThrottlePace {
  /** Failures that cost nothing: people mistype, deployments race each other. */
  readonly freeCount: number;
  /** The wait after the first failure beyond the free ones; it doubles with each further one … */
  readonly firstWaitMs: number;
  /** … up to this. */
  readonly waitMsMax: number;
  /** After this long without a failure a key starts afresh. */
  readonly forgetMs: number;
  /** Keys remembered; beyond it the one that failed least recently is forgotten. */
  readonly keysMax: number;
}

interface Failures {
  readonly count: number;
  readonly lastAt: Instant;
  /** Attempts that were turned away since the last failure. */
  turnedAway: number;
}

/** Counts failures; decides nothing about what a failure is. */
export class AttemptThrottle {
  readonly #pace: ThrottlePace;
  /** In the order of the last failure, oldest first. */
  readonly #failures = new Map<string, Failures>();

  constructor(pace: ThrottlePace) {
    this.#pace = pace;
  }

  /** Milliseconds until `key` may try again; 0 when it may try now. */
  waitMs(key: string, now: Instant): number {
    const failures = this.#failures.get(key);
    if (failures === undefined) return 0;
    return Math.max(0, failures.lastAt + this.#waitAfter(failures.count) - now);
  }

  /** Notes that an attempt was turned away unread. */
  turnedAway(key: string): void {
    const failures = this.#failures.get(key);
    if (failures !== undefined) failures.turnedAway += 1;
  }

  /** Notes a failed attempt; returns how many attempts were turned away unread since the failure before. */
  failed(key: string, now: Instant): number {
    const before = this.#failures.get(key);
    const isFresh = before === undefined || now - before.lastAt > this.#pace.forgetMs;
    this.#failures.delete(key);
    this.#failures.set(key, { count: isFresh ? 1 : before.count + 1, lastAt: now, turnedAway: 0 });
    if (this.#failures.size > this.#pace.keysMax) {
      const [oldest] = this.#failures.keys();
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    return before?.turnedAway ?? 0;
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  get keyCount(): number {
    return this.#failures.size;
  }

  #waitAfter(count: number): number {
    const { freeCount, firstWaitMs, waitMsMax } = this.#pace;
    if (count <= freeCount) return 0;
    return Math.min(waitMsMax, firstWaitMs * 2 ** Math.min(30, count - freeCount - 1));
  }
}
