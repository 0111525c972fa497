/** Spool files on disk: the one place of this package that touches the file system. */
import {
  closeSync,
  fdatasync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  write,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SpoolFile, SpoolFolder } from './spool.ts';

const syncData = promisify(fdatasync);

function writeSome(fd: number, bytes: Uint8Array, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, offset, bytes.length - offset, null, (error, written) =>
      error === null ? resolve(written) : reject(error),
    );
  });
}

class DiskSpoolFile implements SpoolFile {
  readonly name: string;
  readonly #path: string;
  readonly #fd: number;

  constructor(folder: string, name: string) {
    this.name = name;
    this.#path = join(folder, name);
    this.#fd = openSync(this.#path, 'ax+', 0o600);
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) offset += await writeSome(this.#fd, bytes, offset);
    await syncData(this.#fd);
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const got = readSync(this.#fd, bytes, 0, length, offset);
    return bytes.subarray(0, got);
  }

  async remove(): Promise<void> {
    closeSync(this.#fd);
    await rm(this.#path, { force: true });
  }
}

/**
 * Spool files of one worker in `path`.
 * @param prefix makes the names of this run unlike those of any earlier one.
 */
export function diskSpoolFolder(path: string, prefix: string): SpoolFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  let made = 0;
  return {
    create() {
      made += 1;
      const file = new DiskSpoolFile(path, `${prefix}-${String(made).padStart(6, '0')}.spool`);
      const folder = openSync(path, 'r');
      fsyncSync(folder);
      closeSync(folder);
      return file;
    },
    names: () =>
      readdirSync(path)
        .filter((name) => name.endsWith('.spool'))
        .sort(),
    readAll: (name) => readFileSync(join(path, name)),
    remove: (name) => rm(join(path, name), { force: true }),
  };
}
