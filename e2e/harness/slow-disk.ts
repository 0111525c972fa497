/** A disk that takes its time, for one process and while a test wants it: syncs last up to seconds, writes are cut short. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Settings } from './programs.ts';

export class SlowDisk implements Disposable {
  /** What a server has to be started with. */
  readonly settings: Settings;
  readonly #fd: number;

  private constructor(library: string, path: string) {
    this.settings = { LD_PRELOAD: library, SLOW_DISK_FILE: path };
    this.#fd = openSync(path, 'w');
    this.takeUpTo(0);
  }

  /** @param folder of the test's own. @returns nothing where there is no C compiler, or another system than Linux. */
  static async make(folder: string): Promise<SlowDisk | undefined> {
    if (process.platform !== 'linux') return undefined;
    mkdirSync(folder, { recursive: true });
    const library = join(folder, 'slow-disk.so');
    const source = join(import.meta.dirname, 'slow-disk.c');
    const { code } = await run('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']).catch(() => ({
      code: 1,
    }));
    return code === 0 ? new SlowDisk(library, join(folder, 'slow-disk-ms')) : undefined;
  }

  /** From now on each sync takes up to `ms`, at random; 0 is as long as the real one takes. */
  takeUpTo(ms: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(ms);
    writeSync(this.#fd, bytes, 0, bytes.length, 0);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
