/** Timers with names, of which one of each name runs at a time. */
import type { CancelTimer, Clock } from '@tacet/domain';
import { sipEdgeLimits } from './limits.ts';

export class TimerSet<Name extends string> {
  readonly #clock: Clock;
  readonly #running = new Map<Name, CancelTimer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts the timer anew, `ms` from now; longer than the platform can wait is cut short. */
  start(name: Name, ms: number, task: () => void): void {
    this.stop(name);
    const cancel = this.#clock.later(Math.min(ms, sipEdgeLimits.timerMsMax), () => {
      this.#running.delete(name);
      task();
    });
    this.#running.set(name, cancel);
  }

  stop(name: Name): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  stopAll(): void {
    for (const cancel of this.#running.values()) cancel();
    this.#running.clear();
  }
}
