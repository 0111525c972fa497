/** A spool folder in memory that fails, stalls and crashes as disks do, on demand. */
import type { LeftSpoolFile, SpoolFile, SpoolFolder } from '@tacet/capture';
import type { CancelTimer } from '@tacet/domain';
import type { SeededRandom } from './seeded-random.ts';

/** What the folder knows of a file: `syncedBytes` survive a crash for certain, the rest by chance. */
class StoredFile {
  syncedBytes = 0;
  #room: Buffer;
  #used: number;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#room = Buffer.from(bytes);
    this.#used = bytes.length;
    this.syncedBytes = bytes.length;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#used);
  }

  add(bytes: Uint8Array): void {
    const needed = this.#used + bytes.length;
    if (needed > this.#room.length) this.#room = Buffer.concat([this.bytes], 2 * needed);
    this.#room.set(bytes, this.#used);
    this.#used = needed;
  }
}

/** How long appends take; without it they are done within the same turn of the event loop. */
export interface AppendDelay {
  readonly later: (ms: number, task: () => void) => CancelTimer;
  readonly ms: number;
}

export class MemorySpoolFolder implements SpoolFolder {
  readonly #files = new Map<string, StoredFile>();
  readonly #delay: AppendDelay | undefined;
  #made = 0;
  /** A number for each run, so that the names of one are unlike those of another. */
  #run = 1;
  #appendsUntilFault = Number.POSITIVE_INFINITY;
  #failuresLeft = 0;
  #createsUntilFault = Number.POSITIVE_INFINITY;
  #release: (() => void) | undefined;
  #stall: Promise<void> | undefined;
  #isDead = false;

  constructor(delay?: AppendDelay) {
    this.#delay = delay;
  }

  /** Bytes that files hold, synced or not. */
  get totalBytes(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.bytes.length, 0);
  }

  /** Lets `count` more appends succeed; the next `failures` are rejected, and leave half of their bytes behind. */
  failAppendsAfter(count: number, failures: number = Number.POSITIVE_INFINITY): void {
    this.#appendsUntilFault = count;
    this.#failuresLeft = failures;
  }

  /** Lets `count` more files be created; after that creating throws. */
  failCreatesAfter(count: number): void {
    this.#createsUntilFault = count;
  }

  /** Appends hang, unsynced, until `resume`. */
  stall(): void {
    if (this.#stall === undefined) this.#stall = new Promise((resolve) => (this.#release = resolve));
  }

  resume(): void {
    this.#release?.();
    this.#stall = undefined;
    this.#release = undefined;
  }

  /**
   * The machine dies now. Of each file the synced bytes survive, and of the unsynced ones a random prefix that may end
   * in noise. What still runs against this folder afterwards changes nothing, and its appends never settle.
   * @returns the folder as the next run finds it.
   */
  crash(random: SeededRandom): MemorySpoolFolder {
    this.#isDead = true;
    const next = new MemorySpoolFolder(this.#delay);
    for (const [name, { bytes, syncedBytes }] of this.#files) {
      const kept = syncedBytes + random.below(bytes.length - syncedBytes + 1);
      const noiseBytes = random.chance(0.3) ? random.below(Math.min(64, bytes.length - kept) + 1) : 0;
      const survived = Buffer.concat([bytes.subarray(0, kept), random.bytes(noiseBytes)]);
      next.#files.set(name, new StoredFile(survived));
    }
    next.#run = this.#run + 1;
    return next;
  }

  create(): SpoolFile {
    if (this.#createsUntilFault <= 0) throw new Error('the folder takes no more files');
    this.#createsUntilFault -= 1;
    this.#made += 1;
    const name = `memory${this.#run}-${String(this.#made).padStart(6, '0')}.spool`;
    const stored = new StoredFile();
    if (!this.#isDead) this.#files.set(name, stored);
    return {
      name,
      append: (bytes) => this.#append(stored, bytes),
      read: (offset, length) => Buffer.from(stored.bytes.subarray(offset, offset + length)),
      remove: () => this.remove(name),
    };
  }

  names(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  readAll(name: string): Buffer {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`there is no spool file ${name}`);
    return Buffer.from(file.bytes);
  }

  open(name: string): LeftSpoolFile {
    const bytes = this.readAll(name);
    return {
      size: bytes.length,
      read: (offset, length) => Buffer.from(bytes.subarray(offset, offset + length)),
      close: () => undefined,
    };
  }

  async remove(name: string): Promise<void> {
    await Promise.resolve();
    if (!this.#isDead) this.#files.delete(name);
  }

  async #append(file: StoredFile, bytes: Uint8Array): Promise<void> {
    if (this.#isDead) return await forever();
    const mustFail = this.#appendsUntilFault <= 0 && this.#failuresLeft > 0;
    if (mustFail) this.#failuresLeft -= 1;
    else this.#appendsUntilFault -= 1;
    file.add(mustFail ? bytes.subarray(0, bytes.length >> 1) : bytes);
    const { length } = file.bytes;
    await this.#wait();
    // The process that wrote this is gone, though its code may still run in a test: it never learns of the sync.
    if (this.#isDead) return await forever();
    if (mustFail) throw new Error('the disk is full');
    file.syncedBytes = Math.max(file.syncedBytes, length);
  }

  async #wait(): Promise<void> {
    const delay = this.#delay;
    if (delay !== undefined) await new Promise<void>((resolve) => delay.later(delay.ms, resolve));
    await this.#stall;
  }
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}
