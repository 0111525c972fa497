/** The embedded blob store: finished segments as files in a folder. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, opendir, readFile, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type BlobStore, Fault, needs } from '@tacet/domain';
import { isBlobName } from './blob-name.ts';
import { hasErrorCode } from './error-code.ts';
import { syncFolder } from './sync-folder.ts';

/** Where blobs are written before they get their name; no blob can be called so, because the first part of a name has no dot. */
const unfinishedFolder = '.tmp';

/** Folders remembered as durable; forgetting them costs a sync each, not safety. */
const durableFoldersMax = 4_096;

/** A folder can vanish between its making and its use, when the last blob in it is removed; then it is made again. */
const attemptsMax = 5;

export class FileBlobStore implements BlobStore {
  readonly #root: string;
  readonly #unfinished: string;
  #durableFolders = new Set<string>();

  /** @param root a folder of its own; it is made when the first blob is put. */
  constructor(root: string) {
    this.#root = resolve(root);
    this.#unfinished = join(this.#root, unfinishedFolder);
  }

  /** @throws Fault storageUnavailable; then nothing is stored under the name, or what was there before. */
  async put(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(name);
    try {
      const written = await this.#write(bytes);
      try {
        await this.#moveInto(path, written);
      } catch (error) {
        await rm(written, { force: true });
        throw error;
      }
    } catch (error) {
      throw new Fault('storageUnavailable', {}, error);
    }
  }

  /** @throws Fault recordingDamaged when there is no such blob, storageUnavailable when it cannot be read now. */
  async read(name: string): Promise<Uint8Array> {
    const path = this.#pathOf(name);
    try {
      return await readFile(path);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR'))
        throw new Fault('recordingDamaged', { blob: name }, error);
      throw new Fault('storageUnavailable', {}, error);
    }
  }

  /** @throws Fault storageUnavailable when it is still there. */
  async remove(name: string): Promise<void> {
    const path = this.#pathOf(name);
    try {
      await unlink(path);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return;
      throw new Fault('storageUnavailable', {}, error);
    }
    await this.#removeEmptyFolder(dirname(path));
  }

  /** In no particular order; blobs that are put or removed meanwhile may or may not be among them. */
  names(): AsyncIterable<string> {
    return this.#namesIn('');
  }

  /** Removes what a crash left half-written. To be called before the first `put` of a process, if at all. */
  async removeUnfinished(): Promise<void> {
    await rm(this.#unfinished, { recursive: true, force: true });
    this.#durableFolders.clear();
  }

  #pathOf(name: string): string {
    // Rule: a blob name that leads out of the store is refused before the disk is touched.
    needs(isBlobName(name), 'a blob name has only lower-case letters, digits, hyphens, slashes and inner dots');
    return join(this.#root, name);
  }

  async #write(bytes: Uint8Array): Promise<string> {
    await mkdir(this.#unfinished, { recursive: true, mode: 0o700 });
    const path = join(this.#unfinished, randomUUID());
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.datasync();
      } finally {
        await file.close();
      }
      return path;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async #moveInto(path: string, written: string): Promise<void> {
    const folder = dirname(path);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#makeDurableFolder(folder);
        await rename(written, path);
        await syncFolder(folder);
        return;
      } catch (error) {
        this.#durableFolders.delete(folder);
        if (!hasErrorCode(error, 'ENOENT') || attempt === attemptsMax) throw error;
      }
    }
  }

  /** A folder lasts when its name lasts in the one above, and so on up to the root. */
  async #makeDurableFolder(folder: string): Promise<void> {
    if (this.#durableFolders.has(folder)) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (let above = folder; above.length > this.#root.length; ) {
      above = dirname(above);
      await syncFolder(above);
    }
    if (this.#durableFolders.size >= durableFoldersMax) this.#durableFolders.clear();
    this.#durableFolders.add(folder);
  }

  async #removeEmptyFolder(folder: string): Promise<void> {
    if (folder === this.#root) return;
    this.#durableFolders.delete(folder);
    try {
      await rmdir(folder);
    } catch {
      // It still holds other blobs, or somebody else was quicker. An empty folder left behind does no harm.
    }
  }

  async *#namesIn(prefix: string): AsyncGenerator<string> {
    let entries: Awaited<ReturnType<typeof opendir>>;
    try {
      entries = await opendir(join(this.#root, prefix));
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return;
      throw new Fault('storageUnavailable', {}, error);
    }
    for await (const entry of entries) {
      const name = prefix + entry.name;
      if (!isBlobName(name)) continue;
      if (entry.isDirectory()) yield* this.#namesIn(`${name}/`);
      else if (entry.isFile()) yield name;
    }
  }
}
