/** How fast a page may send: so much a second, and a little more after a time in which it was slow. */
import type { Instant } from '@tacet/domain';
import { cobrowseEdgeLimits } from './limits.ts';

const { eventsPerSecondMax, bytesPerSecondMax, burstSeconds } = cobrowseEdgeLimits;

export class Pace {
  #events = eventsPerSecondMax * burstSeconds;
  #bytes = bytesPerSecondMax * burstSeconds;
  #at: Instant;

  constructor(now: Instant) {
    this.#at = now;
  }

  /** @returns whether that is slow enough. */
  take(bytes: number, now: Instant): boolean {
    const seconds = Math.max(now - this.#at, 0) / 1000;
    this.#at = now;
    this.#events = Math.min(this.#events + seconds * eventsPerSecondMax, eventsPerSecondMax * burstSeconds) - 1;
    this.#bytes = Math.min(this.#bytes + seconds * bytesPerSecondMax, bytesPerSecondMax * burstSeconds) - bytes;
    return this.#events >= 0 && this.#bytes >= 0;
  }
}
