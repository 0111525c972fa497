/** A clock that stands still until a test moves it. */
import { after, type CancelTimer, type Clock, type Instant, instant } from '@tacet/domain';

interface Timer {
  readonly at: Instant;
  readonly task: () => void;
}

/** Timers run in the order of their instants, and of their making where those are equal. */
export class ManualClock implements Clock {
  #now: Instant;
  #timers: Timer[] = [];

  /** @param startsAt milliseconds since the Unix epoch; an arbitrary day in 2026 when left out. */
  constructor(startsAt: number = 1_780_000_000_000) {
    this.#now = instant(startsAt);
  }

  /** The instant of the next timer; `undefined` when none waits. */
  get nextTimerAt(): Instant | undefined {
    return this.#next()?.at;
  }

  now(): Instant {
    return this.#now;
  }

  later(ms: number, task: () => void): CancelTimer {
    const timer = { at: after(this.#now, Math.max(0, ms)), task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on by `ms`, running what falls due on the way; promises that hang on it settle after the call. */
  advance(ms: number): void {
    const until = after(this.#now, ms);
    for (let timer = this.#take(until); timer !== undefined; timer = this.#take(until)) timer.task();
    this.#now = until;
  }

  /** Moves on by `ms`, and lets every promise that is ready settle before each timer and at the end. */
  async pass(ms: number): Promise<void> {
    const until = after(this.#now, ms);
    await settled();
    for (let timer = this.#take(until); timer !== undefined; timer = this.#take(until)) {
      timer.task();
      await settled();
    }
    this.#now = until;
    await settled();
  }

  /** Moves to the instant of a timer that is due by `until`, and takes it out. */
  #take(until: Instant): Timer | undefined {
    const timer = this.#next();
    if (timer === undefined || timer.at > until) return undefined;
    this.#timers = this.#timers.filter((other) => other !== timer);
    if (timer.at > this.#now) this.#now = timer.at;
    return timer;
  }

  #next(): Timer | undefined {
    return this.#timers.reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined,
    );
  }
}

/** Resolves when every promise that needs no timer and no input has settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
