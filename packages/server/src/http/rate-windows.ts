/** Counts requests by key in windows of a minute, in bounded memory. */
import { after, type Instant } from '@tacet/domain';
import { httpLimits } from './http-limits.ts';

/** One minute of one key; the same object is counted up, so that a request costs no memory. */
export interface RateWindow {
  /** Requests so far, those that were refused included. */
  count: number;
  endsAt: Instant;
}

/** Windows begin with the first request of their key and do not slide, as those of the contract. */
export class RateWindows {
  readonly allowed: number;
  /** In the order in which they began, which is the order in which they end. */
  readonly #windows = new Map<string, RateWindow>();

  constructor(allowed: number) {
    this.allowed = allowed;
  }

  get keyCount(): number {
    return this.#windows.size;
  }

  /** Counts a request; the window is valid until the next call. */
  take(key: string, now: Instant): RateWindow {
    const window = this.#windows.get(key);
    if (window !== undefined && window.endsAt > now) {
      window.count += 1;
      return window;
    }
    return this.#begin(key, now);
  }

  isExceeded({ count }: RateWindow): boolean {
    return count > this.allowed;
  }

  #begin(key: string, now: Instant): RateWindow {
    // What has ended stands in front, this key's own last window among it.
    for (const [oldest, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size < httpLimits.rateKeysMax) break;
      this.#windows.delete(oldest);
    }
    const window = { count: 1, endsAt: after(now, httpLimits.rateWindowMs) };
    this.#windows.set(key, window);
    return window;
  }
}

/** Whole seconds until a window ends; never 0, for nothing is gained by asking again at once. */
export function secondsLeft({ endsAt }: RateWindow, now: Instant): number {
  return Math.max(1, Math.ceil((endsAt - now) / 1_000));
}
