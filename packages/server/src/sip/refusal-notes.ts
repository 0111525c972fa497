/** Refused sources are written down once in a while each, so that nobody can flood the audit log from outside. */
import type { Clock, Instant } from '@tacet/domain';
import { sipEdgeLimits } from './limits.ts';

export class RefusalNotes {
  readonly #clock: Clock;
  readonly #notedAt = new Map<string, Instant>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this refusal is to be written down. Behind more sources than are remembered, none is until one is over. */
  isDue(host: string, because: string): boolean {
    const now = this.#clock.now();
    const key = `${because} ${host}`;
    for (const [noted, at] of this.#notedAt) {
      if (now - at < sipEdgeLimits.refusalNoteMs) break;
      this.#notedAt.delete(noted);
    }
    if (this.#notedAt.has(key) || this.#notedAt.size >= sipEdgeLimits.refusalNotesMax) return false;
    this.#notedAt.set(key, now);
    return true;
  }
}
