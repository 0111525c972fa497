/** Spool files on disk: the one place of this package that touches the file system. */
import {
  closeSync,
  fdatasync,
  fstatSync,
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
import type { LeftSpoolFile, SpoolFile, SpoolFolder } from './spool.ts';

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

/** Opens a file of an earlier run. @throws Error when it is not there. */
export function openLeftSpool(path: string): LeftSpoolFile {
  const fd = openSync(path, 'r');
  const { size } = fstatSync(fd);
  return {
    size,
    read(offset, length) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
    },
    close: () => closeSync(fd),
  };
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
    open: (name) => openLeftSpool(join(path, name)),
    remove: (name) => rm(join(path, name), { force: true }),
  };
}
