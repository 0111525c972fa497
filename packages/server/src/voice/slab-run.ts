/** Datagrams of one socket that stand one behind the other in the slab of a sweep, seen as a run. */
import type { UnitRun } from '@tacet/capture';
import type { NativeReceiver, Slab } from '@tacet/receiver';

/** One for all sweeps of a thread: an object for each run would cost as much as what a run saves. */
export class SlabRun implements UnitRun {
  readonly bytes: Buffer;
  readonly stride: number;
  offset = 0;
  length = 0;
  count = 0;
  /** One for each slot; filled by whoever hands the run over. */
  readonly arrivals: Float64Array;
  /** The slot of the first datagram. */
  first = 0;
  readonly #heads: Int32Array;
  readonly #headFields: number;

  constructor({ slots, slabBytes, headFields }: NativeReceiver, { bytes, heads }: Slab) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.stride = slabBytes / slots;
    this.arrivals = new Float64Array(slots);
    this.#heads = heads;
    this.#headFields = headFields;
  }

  /**
   * Becomes the run that begins at `slot`: of the same socket, length, sender and count of drops.
   * @returns the slot behind it.
   */
  find(slot: number, end: number): number {
    const heads = this.#heads;
    const fields = this.#headFields;
    const head = slot * fields;
    let next = slot + 1;
    for (let at = head + fields; next < end; next += 1, at += fields) {
      if (heads[at] !== heads[head] || heads[at + 2] !== heads[head + 2]) break;
      if (heads[at + 3] !== heads[head + 3] || heads[at + 4] !== heads[head + 4]) break;
    }
    this.first = slot;
    this.offset = heads[head + 1] ?? 0;
    this.length = heads[head + 2] ?? 0;
    this.count = next - slot;
    return next;
  }
}
