/** Work that nobody waits for at the moment: kept in sight until it is done, and what goes wrong in it is reported. */

export class Tasks {
  readonly #running = new Set<Promise<void>>();
  readonly #report: (error: Error) => void;

  constructor(report: (error: Error) => void) {
    this.#report = report;
  }

  add(work: Promise<void>): void {
    const task = work
      .catch((error: unknown) => this.#report(error instanceof Error ? error : new Error(String(error))))
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Resolves when nothing is running any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
