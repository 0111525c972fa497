/** A blob store in memory, with faults on demand. */
import { type BlobStore, Fault } from '@tacet/domain';

export class MemoryBlobs implements BlobStore {
  readonly #blobs = new Map<string, Buffer>();
  #failuresDue = 0;

  get size(): number {
    return this.#blobs.size;
  }

  /** Lets the next `count` calls of `put` fail, with nothing stored. */
  failPuts(count: number): void {
    this.#failuresDue = count;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const copy = Buffer.from(bytes);
    await Promise.resolve();
    if (this.#failuresDue > 0) {
      this.#failuresDue -= 1;
      throw new Fault('storageUnavailable', { what: 'blobs' });
    }
    this.#blobs.set(name, copy);
  }

  async read(name: string): Promise<Uint8Array> {
    await Promise.resolve();
    const bytes = this.#blobs.get(name);
    if (bytes === undefined) throw new Fault('recordingDamaged', { what: 'blob' });
    return Buffer.from(bytes);
  }

  async remove(name: string): Promise<void> {
    await Promise.resolve();
    this.#blobs.delete(name);
  }

  async *names(): AsyncIterable<string> {
    for (const name of [...this.#blobs.keys()].sort()) yield name;
  }

  /** Replaces what is stored under `name` by what `damage` makes of it; `undefined` removes it. */
  damage(name: string, damage: (bytes: Buffer) => Buffer | undefined): void {
    const bytes = this.#blobs.get(name);
    if (bytes === undefined) throw new Error(`there is no blob ${name} to damage`);
    const after = damage(Buffer.from(bytes));
    if (after === undefined) this.#blobs.delete(name);
    else this.#blobs.set(name, after);
  }
}
