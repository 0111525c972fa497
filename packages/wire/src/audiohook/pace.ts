/** How fast a client may speak: so many at once, then so many each second. */

export class Pace {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #lookedAtMs: number;

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#lookedAtMs = nowMs;
  }

  /** @returns whether one more is within the pace. */
  take(nowMs: number): boolean {
    const grown = ((nowMs - this.#lookedAtMs) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#burst, this.#left + Math.max(grown, 0));
    this.#lookedAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
