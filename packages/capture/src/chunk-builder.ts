/** Admitted units become chunks by time and size; a cut takes out whatever is there. */
import { type Instant, type Interval, instant, limits, needs } from '@tacet/domain';
import { behindUnit, markMasked, unitHeaderBytes, writeRun, writeUnit } from './chunk-format.ts';
import type { AdmittedRun, AdmittedUnit } from './gatekeeper.ts';

/** Units ready to be sealed; `plain` is only valid until the next unit is added, and is to be wiped after sealing. */
export interface PlainChunk {
  readonly unitCount: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly plain: Buffer;
}

/** Units silenced by policy, from the first of them to behind the last. */
export interface Silenced extends Interval {
  readonly unitCount: number;
}

const startBytes = 8 * 1024;

export class ChunkBuilder {
  #buffer = Buffer.allocUnsafeSlow(startBytes);
  /** Where the chunk begins in the buffer: behind one that was just taken and has still to be sealed. */
  #start = 0;
  #used = 0;
  #count = 0;
  #firstAt = 0 as Instant;
  #lastAt = 0 as Instant;

  /** Takes a unit in. Call `isFull` before, so that it fits. */
  add(unit: AdmittedUnit): void {
    needs(unit.bytes.length <= limits.unitBytesMax, 'a unit is no larger than its limit');
    if (this.#start > 0) this.#moveUp();
    if (this.#count === 0) {
      this.#firstAt = unit.arrivedAt;
      this.#lastAt = unit.arrivedAt;
    }
    // Rule: a report that comes by another port may be older than the units that are still held back
    if (unit.arrivedAt < this.#firstAt) this.#beginAt(unit.arrivedAt);
    const needed = this.#used + unitHeaderBytes + unit.bytes.length;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#used = writeUnit(this.#buffer, this.#used, unit, this.#firstAt);
    this.#count += 1;
    if (unit.arrivedAt > this.#lastAt) this.#lastAt = unit.arrivedAt;
  }

  /** Takes as many units of a run in, from its unit `from` on, as come before `isFull`; at least one. @returns how many. */
  addRun(run: AdmittedRun, from: number): number {
    const { arrivals, first, length } = run;
    needs(length <= limits.chunkBytesMax, 'a unit of a run fits into a chunk with others');
    if (this.#start > 0) this.#moveUp();
    const startedAt = instant(arrivals[first + from] ?? 0);
    if (this.#count === 0) {
      this.#firstAt = startedAt;
      this.#lastAt = startedAt;
    }
    if (startedAt < this.#firstAt) this.#beginAt(startedAt);
    let count = 1;
    while (from + count < run.count && this.#fits(count, length, arrivals[first + from + count] ?? 0)) count += 1;
    const needed = this.#used + count * (unitHeaderBytes + length);
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#used = writeRun(this.#buffer, this.#used, run, { from, count, firstAt: this.#firstAt });
    this.#count += count;
    for (let place = first + from; place < first + from + count; place += 1) {
      const arrivedAt = arrivals[place] ?? 0;
      if (arrivedAt > this.#lastAt) this.#lastAt = instant(arrivedAt);
    }
    return count;
  }

  get count(): number {
    return this.#count;
  }

  /** Arrival of the newest unit; means nothing while there is none. */
  get lastAt(): Instant {
    return this.#lastAt;
  }

  /** Whether a unit of `bytes` must wait for the next chunk: too large, too old, or stamped before the first. */
  isFull(bytes: number, arrivedAt: Instant): boolean {
    if (this.#count === 0) return false;
    const size = this.#used - this.#start + unitHeaderBytes + bytes;
    return size > limits.chunkBytesMax || arrivedAt < this.#firstAt || this.isDue(arrivedAt);
  }

  isDue(now: Instant): boolean {
    return this.#count > 0 && now - this.#firstAt >= limits.chunkMsMax;
  }

  /** Hands over all but the newest `heldCount` units, which begin the next chunk; `undefined` when there is nothing. */
  take(heldCount: number = 0): PlainChunk | undefined {
    if (this.#count <= heldCount) return undefined;
    if (heldCount > 0) return this.#split(heldCount);
    const chunk = {
      unitCount: this.#count,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      plain: this.#buffer.subarray(this.#start, this.#used),
    };
    this.#start = 0;
    this.#used = 0;
    this.#count = 0;
    // One large unit must not keep its room for the rest of the capture.
    if (this.#buffer.length > 2 * limits.chunkBytesMax) this.#buffer = Buffer.allocUnsafeSlow(startBytes);
    return chunk;
  }

  /** Silences `count` units, the newest but for `newerCount`; answers those of them that had not been. */
  silence(count: number, silence: (bytes: Uint8Array) => void, newerCount = 0): Silenced | undefined {
    let silenced: Silenced | undefined;
    const end = newerCount === 0 ? this.#used : this.#behind(this.#count - newerCount);
    for (let at = this.#behind(this.#count - newerCount - count); at < end; at = behindUnit(this.#buffer, at)) {
      if (!markMasked(this.#buffer, at)) continue;
      silence(this.#buffer.subarray(at + unitHeaderBytes, behindUnit(this.#buffer, at)));
      const from = instant(this.#firstAt + this.#buffer.readUInt32LE(at) / 1000);
      const to = instant(from + 0.001);
      silenced = { from: silenced?.from ?? from, to, unitCount: (silenced?.unitCount ?? 0) + 1 };
    }
    return silenced;
  }

  /** Whether a unit still fits behind `before` others of its size; `isFull` says the same of one behind none. */
  #fits(before: number, length: number, arrivedAt: number): boolean {
    const size = this.#used - this.#start + (before + 1) * (unitHeaderBytes + length);
    return size <= limits.chunkBytesMax && arrivedAt >= this.#firstAt && arrivedAt - this.#firstAt < limits.chunkMsMax;
  }

  #split(heldCount: number): PlainChunk {
    const [unitCount, firstAt] = [this.#count - heldCount, this.#firstAt];
    const end = this.#behind(unitCount);
    const [, latest] = this.#deltas(this.#start, end);
    const [earliestHeld, latestHeld] = this.#deltas(end, this.#used);
    for (let at = end; at < this.#used; at = behindUnit(this.#buffer, at)) {
      this.#buffer.writeUInt32LE(this.#buffer.readUInt32LE(at) - earliestHeld, at);
    }
    const plain = this.#buffer.subarray(this.#start, end);
    this.#start = end;
    this.#count = heldCount;
    this.#firstAt = instant(firstAt + earliestHeld / 1000);
    this.#lastAt = instant(firstAt + latestHeld / 1000);
    return { unitCount, firstAt, lastAt: instant(firstAt + latest / 1000), plain };
  }

  /** The chunk begins earlier than it did: its units keep their times. */
  #beginAt(at: Instant): void {
    const shift = Math.round((this.#firstAt - at) * 1000);
    for (let place = this.#start; place < this.#used; place = behindUnit(this.#buffer, place)) {
      this.#buffer.writeUInt32LE(this.#buffer.readUInt32LE(place) + shift, place);
    }
    this.#firstAt = at;
  }

  /** Offset behind the oldest `count` units. */
  #behind(count: number): number {
    let at = this.#start;
    for (let passed = 0; passed < count; passed += 1) at = behindUnit(this.#buffer, at);
    return at;
  }

  /** The smallest and the largest of the times of the units in between, as they stand there. */
  #deltas(from: number, to: number): readonly [number, number] {
    let [least, most] = [0xffffffff, 0];
    for (let at = from; at < to; at = behindUnit(this.#buffer, at)) {
      const delta = this.#buffer.readUInt32LE(at);
      if (delta < least) least = delta;
      if (delta > most) most = delta;
    }
    return [least, most];
  }

  #moveUp(): void {
    this.#buffer.copyWithin(0, this.#start, this.#used);
    const used = this.#used - this.#start;
    this.#buffer.fill(0, used, this.#used);
    this.#start = 0;
    this.#used = used;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer.fill(0, 0, this.#used);
    this.#buffer = larger;
  }
}
