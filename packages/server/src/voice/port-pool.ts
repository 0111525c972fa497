/** Even RTP ports from a bounded range; a port rests after use, so that late packets of one call never reach another. */
import type { Instant } from '@tacet/domain';

/** How long a used port rests, in ms. */
const portRestMs = 5_000;

export class PortPool {
  /** Ports ready to be taken, the longest unused first. */
  readonly #free: number[] = [];
  readonly #resting: { readonly port: number; readonly until: number }[] = [];

  /** @param first lowest port of the range. @param last highest; the odd port above each RTP port is left for RTCP. */
  constructor(first: number, last: number) {
    for (let port = first + (first % 2); port + 1 <= last; port += 2) this.#free.push(port);
  }

  get freeCount(): number {
    return this.#free.length + this.#resting.length;
  }

  /** @returns a port, or `undefined` when all are in use or resting. */
  take(now: Instant): number | undefined {
    while (this.#resting[0] !== undefined && this.#resting[0].until <= now) {
      const rested = this.#resting.shift();
      if (rested !== undefined) this.#free.push(rested.port);
    }
    return this.#free.shift();
  }

  /** Gives a port back; it rests first. */
  release(port: number, now: Instant): void {
    this.#resting.push({ port, until: now + portRestMs });
  }
}
