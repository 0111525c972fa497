/** Brings the kernel's arrival stamps, which are wall time, onto our steady clock. */
import { type Instant, instant } from '@tacet/domain';

/** How exactly two pairs of clock readings are compared, beside what the readings themselves are unsure of. */
const toleranceMs = 0.02;
/** Nothing waits for longer in a receive buffer: every socket is read several times a second. */
const ageMsMax = 60_000;
/** Wall time in ms, as a double, is exact to a quarter of a microsecond only: an arrival is told too late by this much. */
const roundingMs = 0.001;

/**
 * A datagram is as old as the wall clock says. When that clock was set in between, nobody knows how old: then the
 * instant of reading counts, which is never too early.
 */
export class ArrivalClock {
  #now = 0 as Instant;
  #wallMs = 0;
  #ahead: number | undefined;
  #stepCount = 0;

  /** How often the wall clock was seen to be set; a stamp taken before the last time is not to be trusted. */
  get stepCount(): number {
    return this.#stepCount;
  }

  /**
   * Takes readings made right after the datagrams were read, ours last. The kernel's two clocks run at the same pace, so
   * that the distance between them changes only when the wall clock is set.
   */
  read(now: Instant, wallMs: number, monotonicMs: number, uncertaintyMs: number): void {
    this.#now = now;
    this.#wallMs = wallMs;
    const ahead = wallMs - monotonicMs;
    const isKnown = this.#ahead !== undefined;
    const wasSet = isKnown && Math.abs(ahead - (this.#ahead ?? 0)) > toleranceMs + uncertaintyMs;
    if (wasSet) this.#stepCount += 1;
    // Readings that are far apart must not become the measure of later ones.
    if (!isKnown || wasSet || uncertaintyMs <= toleranceMs) this.#ahead = ahead;
  }

  /** @param stampMs wall time of the arrival, or 0 for none. @returns the arrival, never later than the reading. */
  arrivalOf(stampMs: number, isTrusted: boolean): Instant {
    const age = this.#wallMs - stampMs - roundingMs;
    // Rule: a stamp that cannot be true counts as the instant of reading
    return isTrusted && age > 0 && age < ageMsMax ? instant(this.#now - age) : this.#now;
  }
}
