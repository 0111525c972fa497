/** Admitted units become chunks by time and size; a cut takes out whatever is there. */
import { type Instant, limits, needs } from '@tacet/domain';
import { unitHeaderBytes, writeUnit } from './chunk-format.ts';
import type { AdmittedUnit } from './gatekeeper.ts';

/** Units ready to be sealed; `plain` is only valid until the next unit is added, and is to be wiped after sealing. */
export interface PlainChunk {
  readonly unitCount: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly plain: Buffer;
}

const startBytes = 8 * 1024;

export class ChunkBuilder {
  #buffer = Buffer.allocUnsafeSlow(startBytes);
  #used = 0;
  #count = 0;
  #firstAt = 0 as Instant;
  #lastAt = 0 as Instant;

  /** Takes a unit in. Call `isFull` before, so that it fits. */
  add(unit: AdmittedUnit): void {
    needs(unit.bytes.length <= limits.unitBytesMax, 'a unit is no larger than its limit');
    if (this.#count === 0) {
      this.#firstAt = unit.arrivedAt;
      this.#lastAt = unit.arrivedAt;
    }
    const needed = this.#used + unitHeaderBytes + unit.bytes.length;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#used = writeUnit(this.#buffer, this.#used, unit, this.#firstAt);
    this.#count += 1;
    if (unit.arrivedAt > this.#lastAt) this.#lastAt = unit.arrivedAt;
  }

  /** Whether a unit of `bytes` must wait for the next chunk: too large, too old, or stamped before the first. */
  isFull(bytes: number, arrivedAt: Instant): boolean {
    if (this.#count === 0) return false;
    const size = this.#used + unitHeaderBytes + bytes;
    return size > limits.chunkBytesMax || arrivedAt < this.#firstAt || this.isDue(arrivedAt);
  }

  isDue(now: Instant): boolean {
    return this.#count > 0 && now - this.#firstAt >= limits.chunkMsMax;
  }

  /** Hands over what is there and starts anew; `undefined` when there is nothing. */
  take(): PlainChunk | undefined {
    if (this.#count === 0) return undefined;
    const chunk = {
      unitCount: this.#count,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      plain: this.#buffer.subarray(0, this.#used),
    };
    this.#used = 0;
    this.#count = 0;
    // One large unit must not keep its room for the rest of the capture.
    if (this.#buffer.length > 2 * limits.chunkBytesMax) this.#buffer = Buffer.allocUnsafeSlow(startBytes);
    return chunk;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer.fill(0, 0, this.#used);
    this.#buffer = larger;
  }
}
