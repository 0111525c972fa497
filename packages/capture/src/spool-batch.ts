/** Records on their way to a spool file, one behind the other in memory that is used again and again. */
import { chunkRecordBytes, encodeRecord, type FileRecord, writeChunk } from './record-format.ts';

const startBytes = 64 * 1024;
/** A batch that grew larger, while a disk stood still, is not kept for the next. */
const keptBytesMax = 16 * 1024 * 1024;

export class SpoolBatch {
  #bytes: Buffer = Buffer.allocUnsafeSlow(startBytes);
  #spare: Buffer | undefined;
  #used = 0;

  get isEmpty(): boolean {
    return this.#used === 0;
  }

  /** @returns how many bytes the record takes. */
  add(record: FileRecord): number {
    if (record.kind === 'chunk') {
      const length = chunkRecordBytes(record);
      this.#makeRoom(length);
      writeChunk(record, this.#bytes, this.#used);
      this.#used += length;
      return length;
    }
    const bytes = encodeRecord(record);
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
    return bytes.length;
  }

  /** Hands over what is there; its memory comes back by `giveBack` when it has been written. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#used);
    this.#bytes = this.#spare ?? Buffer.allocUnsafeSlow(startBytes);
    this.#spare = undefined;
    this.#used = 0;
    return taken;
  }

  giveBack(taken: Buffer): void {
    const whole = Buffer.from(taken.buffer);
    if (whole.length <= keptBytesMax && whole.length > (this.#spare?.length ?? 0)) this.#spare = whole;
  }

  drop(): void {
    this.#used = 0;
  }

  #makeRoom(length: number): void {
    const needed = this.#used + length;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}
