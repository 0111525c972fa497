/** Collects what is to be made durable and hands all of one turn of the event loop to a single sync. */
import { Fault } from '@tacet/domain';

/** Runs a task once, soon but never synchronously. */
export type Schedule = (task: () => void) => void;

/** Why one item of a group was not kept. */
export interface Failure {
  readonly error: unknown;
}

/** Makes a group durable; the answer has one place for each item, empty where the item was kept. */
export type SyncGroup<T> = (items: readonly T[]) => readonly (Failure | undefined)[];

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A sync of this many pauses still ends well before the next packet is due; the rest waits one turn more. */
export const groupItemsMax: number = 256;

/** More than this is storage that has stopped: waiting longer would only cost memory. */
export const waitingItemsMax: number = 16_384;

/** A queue whose items are synced together, in the order in which they were added. */
export class GroupCommit<T> {
  readonly #sync: SyncGroup<T>;
  readonly #schedule: Schedule;
  #waiting: Waiting<T>[] = [];
  #isScheduled = false;

  constructor(sync: SyncGroup<T>, schedule: Schedule = setImmediate) {
    this.#sync = sync;
    this.#schedule = schedule;
  }

  /**
   * Resolves after the sync that made the item durable has returned.
   * @throws Fault storageUnavailable when too many items wait already; otherwise whatever the sync says of this item.
   */
  add(item: T): Promise<void> {
    if (this.#waiting.length >= waitingItemsMax) {
      return Promise.reject(new Fault('storageUnavailable', { waiting: this.#waiting.length }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#wake();
    });
  }

  /** Syncs everything that waits, now and in this thread. */
  flush(): void {
    while (this.#waiting.length > 0) this.#flushGroup();
  }

  /** Forgets what waits, as a crash would: it is not kept, and its promises are never settled. */
  drop(): void {
    this.#waiting = [];
    this.#isScheduled = false;
  }

  #wake(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    this.#schedule(() => {
      this.#isScheduled = false;
      this.#flushGroup();
      this.#wake();
    });
  }

  #flushGroup(): void {
    const group = this.#waiting.splice(0, groupItemsMax);
    if (group.length === 0) return;
    const outcomes = this.#trySync(group);
    group.forEach(({ resolve, reject }, at) => {
      const failure = outcomes[at];
      if (failure === undefined) resolve();
      else reject(failure.error);
    });
  }

  #trySync(group: readonly Waiting<T>[]): readonly (Failure | undefined)[] {
    try {
      return this.#sync(group.map(({ item }) => item));
    } catch (error) {
      // Nobody stands above a flush who could hear of this; those who wait must.
      return group.map(() => ({ error }));
    }
  }
}
