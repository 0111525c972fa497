/** What an earlier run or a lost worker left in its spool and is not in store yet: until it is, no recording of it is whole. */
import type { Clock } from '@tacet/domain';

/** How long the end of a recording waits for that, in ms; a store that takes nothing must not hold up ends for ever. */
const patienceMs = 20_000;

export class Restoring {
  readonly #clock: Clock;
  readonly #works = new Set<Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param work resolves or rejects when there is nothing more to wait for. */
  add(work: Promise<unknown>): void {
    this.#works.add(work);
    const forget = (): void => void this.#works.delete(work);
    work.then(forget, forget);
  }

  /** Resolves when all that is under way now is in store, or has taken too long. */
  async done(): Promise<void> {
    if (this.#works.size === 0) return;
    let cancel: () => void = () => undefined;
    const tooLong = new Promise<void>((resolve) => {
      cancel = this.#clock.later(patienceMs, resolve);
    });
    await Promise.race([Promise.allSettled([...this.#works]), tooLong]);
    cancel();
  }
}
