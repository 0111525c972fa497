/** Expensive hashing, a bounded number at a time: a flood of sign-ins must leave the machine to the recordings. */

/** Runs tasks in the order in which they came. */
export class HashingTurns {
  readonly #atOnceMax: number;
  readonly #waitingMax: number;
  #runningCount = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnceMax: number, waitingMax: number) {
    this.#atOnceMax = atOnceMax;
    this.#waitingMax = waitingMax;
  }

  /** Whether another task would be turned away now. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#waitingMax;
  }

  /** Runs a task when its turn comes; `undefined` when too many wait already. */
  async take<T>(task: () => Promise<T>): Promise<{ readonly result: T } | undefined> {
    if (this.#runningCount >= this.#atOnceMax) {
      if (this.isFull) return undefined;
      await new Promise<void>((go) => this.#waiting.push(go));
    } else {
      this.#runningCount += 1;
    }
    try {
      return { result: await task() };
    } finally {
      // The place is handed on, so that nobody who comes now overtakes whoever waits.
      const next = this.#waiting.shift();
      if (next === undefined) this.#runningCount -= 1;
      else next();
    }
  }
}
