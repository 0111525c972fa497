/** What an earlier run or a lost worker left in its spool and is not in store yet: until it is, no recording of it is whole. */
import type { Clock, StreamId } from '@tacet/domain';

/** How long the end of a recording waits for that, in ms; a store that takes nothing must not hold up ends for ever. */
const patienceMs = 20_000;

export class Restoring {
  readonly #clock: Clock;
  readonly #works = new Set<Promise<unknown>>();
  readonly #streams = new Map<StreamId, PromiseWithResolvers<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param work resolves or rejects when there is nothing more to wait for. */
  add(work: Promise<unknown>): void {
    this.#works.add(work);
    const forget = (): void => void this.#works.delete(work);
    work.then(forget, forget);
  }

  /** The end of a capture is asked for: until `noteStored`, not all of it is in store. */
  expect(streamId: StreamId): void {
    if (!this.#streams.has(streamId)) this.#streams.set(streamId, Promise.withResolvers());
  }

  /**
   * @returns nothing where all of these captures is in store and nothing else is under way; otherwise what resolves
   * when it is, however long that takes, and rejects where that is left to the next start.
   */
  whole(streamIds: readonly StreamId[]): Promise<unknown> | undefined {
    const waiting = streamIds.flatMap((id) => this.#streams.get(id)?.promise ?? []);
    if (waiting.length + this.#works.size === 0) return undefined;
    return Promise.all([...this.#works, ...waiting]);
  }

  /** All of a capture is in store. */
  noteStored(streamId: StreamId): void {
    this.#streams.get(streamId)?.resolve();
    this.#streams.delete(streamId);
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
