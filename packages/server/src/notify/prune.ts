/** Forgets old events in small steps, far from the path of a pause. */
import { after, type Clock, type Outbox } from '@tacet/domain';
import type { NotifyLimits } from './limits.ts';

export interface PruneParts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly limits: NotifyLimits;
  readonly report: (error: Error) => void;
}

export class Pruning {
  readonly #parts: PruneParts;
  #cancel: () => void = () => undefined;
  #isUnderWay = false;
  #isStopped = false;

  constructor(parts: PruneParts) {
    this.#parts = parts;
  }

  /** Forgets what is due, step by step; does nothing while an earlier round is under way. */
  start(): void {
    if (this.#isUnderWay || this.#isStopped) return;
    this.#isUnderWay = true;
    this.#step().catch((error) => {
      this.#isUnderWay = false;
      this.#parts.report(error);
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #step(): Promise<void> {
    const { outbox, clock, limits } = this.#parts;
    const before = after(clock.now(), -limits.eventMs);
    const count = await outbox.pruneEvents({ before, keep: limits.eventsMax, limit: limits.pruneEvents });
    this.#isUnderWay = false;
    if (count === limits.pruneEvents && !this.#isStopped) {
      this.#isUnderWay = true;
      this.#cancel = clock.later(limits.prunePauseMs, () => {
        this.#isUnderWay = false;
        this.start();
      });
    }
  }
}
