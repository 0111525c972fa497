/** Hands events on once what they tell of is on the disk. */
import type { StoredEvent } from '@tacet/domain';
import type { Failure } from './group-commit.ts';

export type EventListener = (events: readonly StoredEvent[]) => void;

export class EventNews {
  readonly #listeners = new Set<EventListener>();
  /** Events of the group that is being written, by the place of their change in it. */
  #written: (readonly [place: number, events: readonly StoredEvent[]])[] = [];

  /** @returns ends it. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  note(place: number, events: readonly StoredEvent[]): void {
    this.#written.push([place, events]);
  }

  /** The group is done; events of changes that were not kept are told to nobody. */
  settle(outcomes: readonly (Failure | undefined)[]): void {
    const kept = this.#written.filter(([place]) => outcomes[place] === undefined).flatMap(([, events]) => events);
    this.#written = [];
    if (kept.length === 0) return;
    for (const listener of this.#listeners) listener(kept);
  }
}
