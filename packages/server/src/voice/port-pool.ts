/** Even RTP ports from a bounded range; a port rests after use, so that late packets of one call never reach another. */
import type { Instant } from '@tacet/domain';

/** How long a used port rests, in ms. */
const portRestMs = 5_000;

export class PortPool {
  /** Ports ready to be taken, the longest unused first. */
  readonly #free = new Set<number>();
  readonly #all: ReadonlySet<number>;
  readonly #resting: { readonly port: number; readonly until: number }[] = [];

  /** @param first lowest port of the range. @param last highest; the odd port above each RTP port is left for RTCP. */
  constructor(first: number, last: number) {
    for (let port = first + (first % 2); port + 1 <= last; port += 2) this.#free.add(port);
    this.#all = new Set(this.#free);
  }

  get freeCount(): number {
    return this.#free.size + this.#resting.length;
  }

  /** @returns a port, or `undefined` when all are in use or resting. */
  take(now: Instant): number | undefined {
    while (this.#resting[0] !== undefined && this.#resting[0].until <= now) {
      const rested = this.#resting.shift();
      if (rested !== undefined) this.#free.add(rested.port);
    }
    for (const port of this.#free) {
      this.#free.delete(port);
      return port;
    }
    return undefined;
  }

  /** Takes this port, for a capture that goes on where it was; its source sends there, whatever the range says now. */
  reserve(port: number): void {
    this.#free.delete(port);
  }

  /** Gives a port back; it rests first. */
  release(port: number, now: Instant): void {
    if (this.#all.has(port)) this.#resting.push({ port, until: now + portRestMs });
  }
}
