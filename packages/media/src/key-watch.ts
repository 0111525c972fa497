/** Looks for keys in the sound of one stream, and says in which of its newest units they are. */
import type { UnitRun } from '@tacet/capture';
import { DtmfDetector, G722Decoder } from '@tacet/wire/codec';
import { mediaLimits } from './limits.ts';
import type { ClearSound } from './payload-kinds.ts';

/** An RTP header without contributing sources and extension. */
export const plainHeaderBytes = 12;
const noSamples = new Int16Array(0);
const none = Number.POSITIVE_INFINITY;

export interface Watch {
  /** Takes a unit whose sound stands in `bytes[start, stop)`. @returns how many of the newest units are to be silenced. */
  take(sound: ClearSound, bytes: Uint8Array, start: number, stop: number): number;
  /** Takes units of twelve bytes of header each. @returns whether `silenced` holds more than 0 for any of them. */
  takeRun(sound: ClearSound, run: UnitRun, silenced: Int32Array): boolean;
  /** A unit without sound. */
  skip(): void;
  readonly undecidedCount: number;
  /** @returns how many of the newest units are to be silenced for what may have begun in them. */
  settle(): number;
}

export class KeyWatch implements Watch {
  readonly #detector: DtmfDetector;
  #g722: G722Decoder | undefined;
  #samples = noSamples;
  /** Where each of the newest units ended; a ring. */
  readonly #ends = new Float64Array(mediaLimits.watchedUnitsMax);
  #unitCount = 0;

  constructor(rate: number) {
    this.#detector = new DtmfDetector(rate);
  }

  take(sound: ClearSound, bytes: Uint8Array, start: number, stop: number): number {
    const from = this.#heard(sound, bytes, start, stop);
    this.skip();
    return from === none ? 0 : this.#unitsSince(from);
  }

  takeRun(sound: ClearSound, { bytes, offset, stride, length, count }: UnitRun, silenced: Int32Array): boolean {
    let isAnyHeard = false;
    for (let place = 0; place < count; place += 1) {
      const at = offset + place * stride;
      const heardCount = this.take(sound, bytes, at + plainHeaderBytes, at + length);
      silenced[place] = heardCount;
      if (heardCount > 0) isAnyHeard = true;
    }
    return isAnyHeard;
  }

  skip(): void {
    this.#ends[this.#unitCount % this.#ends.length] = this.#detector.position;
    this.#unitCount += 1;
  }

  get undecidedCount(): number {
    return this.#unitsSince(this.#detector.decidedTo);
  }

  settle(): number {
    const from = this.#detector.settle();
    return from === none ? 0 : this.#unitsSince(from);
  }

  #heard({ coding, table, folded }: ClearSound, bytes: Uint8Array, start: number, stop: number): number {
    if (coding === 'table') return this.#detector.takeCodes(bytes, start, stop, table);
    if (this.#samples.length < stop - start) this.#samples = new Int16Array(stop - start);
    if (coding === 'linear')
      return this.#detector.take(this.#samples, fold(bytes.subarray(start, stop), folded, this.#samples));
    this.#g722 ??= new G722Decoder();
    const count = this.#g722.decodeLow(bytes.subarray(start, stop), this.#samples);
    return this.#detector.take(this.#samples, count);
  }

  /** Units that reach beyond a position, and the one before them. */
  #unitsSince(position: number): number {
    const known = Math.min(this.#unitCount, this.#ends.length);
    let count = 0;
    while (count < known && (this.#ends[(this.#unitCount - 1 - count) % this.#ends.length] ?? 0) > position) count += 1;
    return Math.min(count + 1, known);
  }
}

/** Samples of 16 bits, most significant byte first (RFC 3551 §4.5.11), so many of them made into one. */
function fold(bytes: Uint8Array, folded: number, into: Int16Array): number {
  let count = 0;
  for (let at = 0; at + 2 * folded <= bytes.length; count += 1) {
    let sum = 0;
    for (let part = 0; part < folded; part += 1, at += 2) {
      sum += (((bytes[at] ?? 0) << 24) >> 16) | (bytes[at + 1] ?? 0);
    }
    into[count] = sum / folded;
  }
  return count;
}
