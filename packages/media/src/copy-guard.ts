/**
 * Keeps copies of withheld packets out of later ones (P1): after a gate has opened, nothing older than the first
 * packet behind it may come in through redundancy.
 */
import { type Instant, limits } from '@tacet/domain';
import { mediaLimits } from './limits.ts';

export class CopyGuard {
  #isArmed = false;
  #armedAt: Instant | undefined;
  /** By source: the earliest media time that may be kept. */
  readonly #floors = new Map<number, number>();

  /** The gate has opened. */
  arm(): void {
    this.#isArmed = true;
    this.#armedAt = undefined;
    this.#floors.clear();
  }

  /** Whether a copy may still be on its way; one comparison for every packet of a call that was not paused lately. */
  isArmedAt(arrivedAt: Instant): boolean {
    if (!this.#isArmed) return false;
    this.#armedAt ??= arrivedAt;
    this.#isArmed = arrivedAt - this.#armedAt <= limits.lateWindowMs;
    return this.#isArmed;
  }

  /** Whether the source is heard for the first time since the gate opened. */
  isFirstOf(source: number): boolean {
    return !this.#floors.has(source);
  }

  /** Nothing of the source before `time` is to be kept. */
  raise(source: number, time: number): void {
    if (this.#floors.size >= mediaLimits.sourcesPerStreamMax && !this.#floors.has(source)) {
      const oldest = this.#floors.keys().next();
      if (!oldest.done) this.#floors.delete(oldest.value);
    }
    this.#floors.set(source, time >>> 0);
  }

  isBelow(source: number, time: number): boolean {
    const floor = this.#floors.get(source);
    return floor !== undefined && ((time - floor) | 0) < 0;
  }
}
