/** Tells a packet seen for the first time from one that comes again, over a window of fixed size. */

import { rtpLimits } from './limits.ts';

/** `tooOld` means the window has moved past the number, so whether it was seen cannot be told any more. */
export type Occurrence = 'first' | 'duplicate' | 'tooOld';

/** Remembers which of the last `duplicateWindowPackets` extended sequence numbers were seen. */
export class DuplicateWindow {
  readonly #seen: Uint32Array = new Uint32Array(rtpLimits.duplicateWindowPackets / 32);
  #highest: number = -1;

  /** The highest number marked; -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Judges an extended sequence number (a whole number from 0) and remembers it. Allocates nothing. */
  mark(extended: number): Occurrence {
    const occurrence = this.judge(extended);
    if (occurrence !== 'first') return occurrence;
    const size = rtpLimits.duplicateWindowPackets;
    if (extended > this.#highest) this.#advance(extended, size);
    const at = extended % size;
    this.#seen[at >>> 5] = (this.#seen[at >>> 5] ?? 0) | (1 << (at & 31));
    return 'first';
  }

  /** The same without remembering it, for numbers that are not yet known to be genuine. */
  judge(extended: number): Occurrence {
    const size = rtpLimits.duplicateWindowPackets;
    if (extended > this.#highest) return 'first';
    if (extended <= this.#highest - size) return 'tooOld';
    const at = extended % size;
    return ((this.#seen[at >>> 5] ?? 0) & (1 << (at & 31))) === 0 ? 'first' : 'duplicate';
  }

  /** Forgets the numbers whose places the ones up to `extended` take. */
  #advance(extended: number, size: number): void {
    if (this.#highest < 0 || extended - this.#highest >= size) {
      this.#seen.fill(0);
    } else {
      for (let number = this.#highest + 1; number <= extended; number += 1) {
        const at = number % size;
        this.#seen[at >>> 5] = (this.#seen[at >>> 5] ?? 0) & ~(1 << (at & 31));
      }
    }
    this.#highest = extended;
  }
}
