/** The clock of one run of a node: its timers die with it, and wait while its thread is stalled. */
import type { CancelTimer, Clock, Instant } from '@tacet/domain';
import type { ManualClock } from '../manual-clock.ts';

export class RunClock implements Clock {
  readonly #world: ManualClock;
  #isDead = false;
  #stalledUntil = 0;

  constructor(world: ManualClock) {
    this.#world = world;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  now(): Instant {
    return this.#world.now();
  }

  /** Nothing runs in this node for `ms`: timers that fall due meanwhile run together at the end. */
  stall(ms: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, this.#world.now() + ms);
  }

  /** The process is gone; whatever it had planned never happens. */
  die(): void {
    this.#isDead = true;
  }

  later(ms: number, task: () => void): CancelTimer {
    let cancel: CancelTimer = () => undefined;
    const plan = (wait: number): void => {
      cancel = this.#world.later(wait, () => {
        if (this.#isDead) return;
        const left = this.#stalledUntil - this.#world.now();
        if (left > 0) plan(left);
        else task();
      });
    };
    plan(ms);
    return () => cancel();
  }
}
