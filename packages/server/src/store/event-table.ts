/** The outbox: events in the order in which what they tell of became durable. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EventDraft, type EventPruning, type EventRange, Fault, type StoredEvent } from '@tacet/domain';
import type { Row } from './document-row.ts';

function eventOf(row: Row): StoredEvent {
  try {
    const draft = JSON.parse(String(row['document'])) as EventDraft;
    return { ...draft, number: Number(row['number']) };
  } catch (error) {
    throw new Fault('storageUnavailable', { eventNumber: String(row['number']) }, error);
  }
}

export class EventTable {
  readonly #add: StatementSync;
  readonly #last: StatementSync;
  readonly #range: StatementSync;
  readonly #list: StatementSync;
  readonly #oldest: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync) {
    this.#add = db.prepare('INSERT INTO events (number, at, document) VALUES (?, ?, ?)');
    this.#last = db.prepare('SELECT max(number) AS last FROM events');
    this.#range = db.prepare('SELECT min(number) AS first, max(number) AS last FROM events');
    this.#list = db.prepare('SELECT number, document FROM events WHERE number > ? ORDER BY number LIMIT ?');
    this.#oldest = db.prepare('SELECT number, at FROM events ORDER BY number LIMIT ?');
    this.#remove = db.prepare('DELETE FROM events WHERE number <= ?');
  }

  /** The end is read from the table each time, inside the caller's transaction, as that of the audit log is. */
  append(drafts: readonly EventDraft[]): readonly StoredEvent[] {
    const last = Number(this.#last.get()?.['last'] ?? 0);
    return drafts.map((draft, place) => {
      const number = last + 1 + place;
      this.#add.run(number, draft.at, JSON.stringify(draft));
      return { ...draft, number };
    });
  }

  after(number: number, limit: number): readonly StoredEvent[] {
    return this.#list.all(number, limit).map(eventOf);
  }

  range(): EventRange {
    const row = this.#range.get();
    const last = Number(row?.['last'] ?? 0);
    return { first: Number(row?.['first'] ?? last + 1), last };
  }

  /** Only from the old end: what is left has no holes either. */
  prune({ before, keep, limit }: EventPruning): number {
    const { last } = this.range();
    const isDue = (row: Row): boolean => Number(row['at']) < before || Number(row['number']) <= last - keep;
    const oldest = this.#oldest.all(limit).filter((row) => Number(row['number']) < last);
    const stays = oldest.findIndex((row) => !isDue(row));
    const due = stays === -1 ? oldest : oldest.slice(0, stays);
    const newest = due.at(-1);
    if (newest !== undefined) this.#remove.run(Number(newest['number']));
    return due.length;
  }
}
