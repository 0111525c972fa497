/** The spool: append-only local files into which every capture of a worker writes, synced as a group. */
import { type Clock, Fault, type Instant, limits, needs } from '@tacet/domain';
import type { FileRecord, RecordSource } from './record-format.ts';
import { SpoolBatch } from './spool-batch.ts';

/** One append-only file. */
export interface SpoolFile {
  readonly name: string;
  /** Appends and syncs; durable when it resolves. */
  append(bytes: Uint8Array): Promise<void>;
  /** Reads bytes that were appended before. */
  read(offset: number, length: number): Buffer;
  /** Closes and deletes. */
  remove(): Promise<void>;
}

/** A file of an earlier run, opened to be read. */
export interface LeftSpoolFile extends RecordSource {
  close(): void;
}

/** Where spool files live. */
export interface SpoolFolder {
  create(): SpoolFile;
  names(): readonly string[];
  readAll(name: string): Buffer;
  open(name: string): LeftSpoolFile;
  remove(name: string): Promise<void>;
}

/** A place in a spool file, readable once `durable` has resolved. */
export interface SpoolPlace {
  readonly file: SpoolFileUse;
  readonly offset: number;
  readonly length: number;
}

/** A spool file with a count of what still needs it; it is removed when nothing does and it is no longer written. */
export interface SpoolFileUse {
  readonly file: SpoolFile;
  readonly startedAt: Instant;
  bytes: number;
  holds: number;
  isCurrent: boolean;
}

export interface SpoolPorts {
  readonly folder: SpoolFolder;
  readonly clock: Clock;
  /** Records that every new file starts with: the live captures, so that one file tells the truth alone. */
  readonly preamble: () => readonly FileRecord[];
  /** Storage failed: nothing appended since the last sync is kept, and the spool takes nothing more. */
  readonly onFault: (fault: Fault) => void;
}

export class Spool {
  readonly #ports: SpoolPorts;
  #current: SpoolFileUse | undefined;
  readonly #batch = new SpoolBatch();
  #batchBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  /** Writes that are not done yet. */
  #writeCount = 0;
  /** The write that is to follow those. */
  #next: Promise<void> | undefined;
  #removing: Promise<unknown> = Promise.resolve();
  #fault: Fault | undefined;
  #appendedCount = 0;
  #durableCount = 0;

  constructor(ports: SpoolPorts) {
    this.#ports = ports;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Records taken so far; what was appended is durable once `durableCount` has reached the count it was taken with. */
  get appendedCount(): number {
    return this.#appendedCount;
  }

  /** How many of the records taken are on disk for certain. */
  get durableCount(): number {
    return this.#durableCount;
  }

  /** Bytes sealed but not yet durable. */
  get backlogBytes(): number {
    return this.#batchBytes;
  }

  /**
   * Adds a record to the batch that the next sync makes durable.
   * @throws Fault storageUnavailable once the spool has failed.
   */
  append(record: FileRecord): SpoolPlace {
    if (this.#fault !== undefined) throw this.#fault;
    const use = this.#currentFile();
    const offset = use.bytes;
    const place = { file: use, offset, length: this.#push(use, record) };
    this.#appendedCount += 1;
    if (this.#batchBytes > limits.spoolBacklogBytesMax) {
      this.#fail(new Fault('storageUnavailable', { what: 'spool backlog' }));
      throw this.#fault ?? new Fault('storageUnavailable');
    }
    return place;
  }

  /** Keeps the file of a place until `release`. */
  hold(use: SpoolFileUse): void {
    use.holds += 1;
  }

  release(use: SpoolFileUse): void {
    needs(use.holds > 0, 'a spool file is released as often as it was held');
    use.holds -= 1;
    this.#removeIfDone(use);
  }

  /**
   * Makes everything appended so far durable.
   * @throws Fault storageUnavailable when it could not; the spool is finished then.
   */
  async sync(): Promise<void> {
    // Rule: a slow disk is given one write at a time, and the next one takes all that has gathered
    if (this.#writeCount === 0) this.#begin();
    else if (!this.#batch.isEmpty) {
      this.#next ??= this.#writing.then(() => {
        this.#next = undefined;
        this.#begin();
        return this.#writing;
      });
    }
    await (this.#next ?? this.#writing);
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Syncs, and lets the current file go as soon as nothing holds it. */
  async close(): Promise<void> {
    await this.sync();
    if (this.#current !== undefined) this.#retire(this.#current);
    await this.#removing;
  }

  #begin(): void {
    const use = this.#current;
    if (use === undefined || this.#fault !== undefined) return;
    this.#writeOut(use);
    if (this.#isOld(use)) this.#rotate(use);
  }

  #writeOut(use: SpoolFileUse): void {
    if (this.#batch.isEmpty) return;
    const bytes = this.#batch.take();
    const count = this.#appendedCount;
    this.#writeCount += 1;
    this.#writing = this.#writing.then(() => this.#write(use, bytes, count));
  }

  /** Ends a file. While captures are live it may only go once the next one says durably that they are. */
  #rotate(old: SpoolFileUse): void {
    this.hold(old);
    this.#retire(old);
    if (this.#ports.preamble().length > 0) this.#writeOut(this.#currentFile());
    this.#writing = this.#writing.then(() => this.release(old));
  }

  async #write(use: SpoolFileUse, bytes: Buffer, count: number): Promise<void> {
    try {
      if (this.#fault !== undefined) return;
      await use.file.append(bytes);
      if (this.#fault !== undefined) return;
      this.#batch.giveBack(bytes);
      this.#batchBytes -= bytes.length;
      this.#durableCount = count;
    } catch (cause) {
      this.#fail(new Fault('storageUnavailable', { what: 'spool' }, cause));
    } finally {
      this.#writeCount -= 1;
      this.release(use);
    }
  }

  /** @returns how many bytes the record takes. */
  #push(use: SpoolFileUse, record: FileRecord): number {
    const isFirst = this.#batch.isEmpty;
    const length = this.#batch.add(record);
    if (isFirst) this.hold(use);
    this.#batchBytes += length;
    use.bytes += length;
    return length;
  }

  #currentFile(): SpoolFileUse {
    if (this.#current !== undefined) return this.#current;
    const file = this.#create();
    const use: SpoolFileUse = { file, startedAt: this.#ports.clock.now(), bytes: 0, holds: 0, isCurrent: true };
    this.#current = use;
    for (const record of this.#ports.preamble()) this.#push(use, record);
    return use;
  }

  #create(): SpoolFile {
    try {
      return this.#ports.folder.create();
    } catch (cause) {
      const fault = new Fault('storageUnavailable', { what: 'spool' }, cause);
      this.#fail(fault);
      throw fault;
    }
  }

  #isOld(use: SpoolFileUse): boolean {
    const age = this.#ports.clock.now() - use.startedAt;
    return use.bytes >= limits.spoolFileBytesMax || age >= limits.segmentMsMax;
  }

  #retire(use: SpoolFileUse): void {
    use.isCurrent = false;
    if (this.#current === use) this.#current = undefined;
    this.#removeIfDone(use);
  }

  #removeIfDone(use: SpoolFileUse): void {
    if (use.isCurrent || use.holds > 0 || this.#fault !== undefined) return;
    // A file that could not be removed is found and cleared by the next recovery.
    const removed = use.file.remove().catch(() => undefined);
    this.#removing = Promise.all([this.#removing, removed]);
  }

  #fail(fault: Fault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#batch.drop();
    this.#batchBytes = 0;
    this.#ports.onFault(fault);
  }
}

/** Whether an error is the spool's own failure, which the worker answers by abandoning its captures. */
export function isStorageFault(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'storageUnavailable';
}
