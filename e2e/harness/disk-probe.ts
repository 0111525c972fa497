/** How long the disk of this machine takes to make something durable, while a test runs. */
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const everyMs = 50;

export class DiskProbe implements AsyncDisposable {
  /** The longest that one sync took, in ms. */
  slowestMs = 0;
  readonly #file: FileHandle;
  readonly #done: Promise<void>;
  #isOver = false;

  private constructor(file: FileHandle) {
    this.#file = file;
    this.#done = this.#measure();
  }

  /** @param path a file on the disk to be measured. */
  static async start(path: string): Promise<DiskProbe> {
    return new DiskProbe(await open(path, 'a'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#done;
    await this.#file.close();
  }

  async #measure(): Promise<void> {
    while (!this.#isOver) {
      const startedAt = performance.now();
      await this.#file.write('a line\n');
      await this.#file.datasync();
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startedAt);
      await wait(everyMs);
    }
  }
}
