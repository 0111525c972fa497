/** One writer per conversation: commands run one after another, and a pause never waits behind a resume (P11). */
import type { ConversationId } from '@tacet/domain';

/** A command; `superseded` fires when a later one must not wait for it. */
export type Command<T> = (superseded: AbortSignal) => Promise<T>;

interface Lane {
  tail: Promise<unknown>;
  waiting: number;
  readonly running: Set<AbortController>;
}

export class ConversationQueue {
  readonly #lanes = new Map<ConversationId, Lane>();

  /** Runs `command` after everything that was queued for this conversation before. */
  run<T>(id: ConversationId, command: Command<T>): Promise<T> {
    const lane = this.#lane(id);
    const controller = new AbortController();
    lane.running.add(controller);
    lane.waiting += 1;
    const result = lane.tail.then(() => command(controller.signal));
    lane.tail = result
      .catch(() => undefined)
      .finally(() => {
        lane.running.delete(controller);
        lane.waiting -= 1;
        if (lane.waiting === 0) this.#lanes.delete(id);
      });
    return result;
  }

  /** As `run`, but tells everything before it to give way. */
  preempt<T>(id: ConversationId, command: Command<T>): Promise<T> {
    for (const earlier of this.#lanes.get(id)?.running ?? []) earlier.abort();
    return this.run(id, command);
  }

  /** Whether a command is running or waiting. */
  isBusy(id: ConversationId): boolean {
    return this.#lanes.has(id);
  }

  #lane(id: ConversationId): Lane {
    const known = this.#lanes.get(id);
    if (known !== undefined) return known;
    const lane: Lane = { tail: Promise.resolve(), waiting: 0, running: new Set() };
    this.#lanes.set(id, lane);
    return lane;
  }
}
