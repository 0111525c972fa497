/** The port for events that were stored together with what they tell of, until everybody has been told. */
import type { StoredEvent } from '../event.ts';
import type { Instant } from '../instant.ts';

/** Numbers of the oldest event that is kept and of the newest there ever was; where none is kept, `first` is beyond `last`. */
export interface EventRange {
  readonly first: number;
  readonly last: number;
}

/** Which events may go: older ones than `before`, and those beyond the newest `keep`; at most `limit` at a time. */
export interface EventPruning {
  readonly before: Instant;
  readonly keep: number;
  readonly limit: number;
}

export interface Outbox {
  /** Events with numbers beyond `after`, oldest first. */
  events(after: number, limit: number): Promise<readonly StoredEvent[]>;
  eventRange(): Promise<EventRange>;
  /**
   * Hands events to `listener` as soon as they are durable, each once and in their order, before whoever committed them
   * hears of it. The listener only takes note: it must not throw, and work belongs into a later turn.
   * @returns ends it.
   */
  onEvents(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** Forgets the oldest events; returns how many. The newest one stays, so that numbers go on. */
  pruneEvents(pruning: EventPruning): Promise<number>;
}
