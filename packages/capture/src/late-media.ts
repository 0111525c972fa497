/** Remembers how far each source's media time got while the gate was shut, and refuses what is not newer. */
import { limits } from '@tacet/domain';
import type { MediaTime } from './unit.ts';

/** Ticks from `b` to `a` on a 32-bit clock that wraps. */
function ticksAhead(a: number, b: number): number {
  return (a - b) | 0;
}

/**
 * A unit that was reordered on the network across the edge of a pause reaches us after the resume, but its media time
 * betrays it. A source whose time jumps back by more than the late window has restarted and is not late.
 */
export class LateMedia {
  readonly #highest = new Map<number, number>();

  /** A unit was withheld: nothing of this source up to its media time may be admitted any more. */
  note(media: MediaTime): void {
    const known = this.#highest.get(media.source);
    if (known !== undefined && ticksAhead(media.time, known) <= 0 && this.#isNear(media, known)) return;
    if (known === undefined && this.#highest.size >= limits.lateSourcesMax) {
      const oldest = this.#highest.keys().next();
      if (!oldest.done) this.#highest.delete(oldest.value);
    }
    this.#highest.set(media.source, media.time >>> 0);
  }

  /** Nothing is remembered: no unit is late. */
  get isEmpty(): boolean {
    return this.#highest.size === 0;
  }

  isLate(media: MediaTime): boolean {
    if (this.#highest.size === 0) return false;
    const known = this.#highest.get(media.source);
    return known !== undefined && ticksAhead(media.time, known) <= 0 && this.#isNear(media, known);
  }

  /** Nothing withheld can still be on its way. */
  forget(): void {
    this.#highest.clear();
  }

  #isNear(media: MediaTime, known: number): boolean {
    return Math.abs(ticksAhead(media.time, known)) <= (limits.lateWindowMs * media.clockRate) / 1000;
  }
}
