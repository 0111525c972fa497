/** `KeyWatch` by native ears, for streams whose sound is G.711 alone (ADR 35). */
import type { UnitRun } from '@tacet/capture';
import { dtmfMeasures } from '@tacet/wire/codec';
import { plainHeaderBytes, type Watch } from './key-watch.ts';
import type { ClearSound } from './payload-kinds.ts';

/** What is heard natively; what it is to hear, and what it knows of a stream, stands in arrays of ours. */
export interface NativeEars {
  readonly streamDoubles: number;
  hear(
    measures: Float64Array,
    stream: Float64Array,
    table: Int32Array,
    bytes: Uint8Array,
    offset: number,
    stride: number,
    length: number,
    count: number,
    silenced: Int32Array,
  ): number;
  passOver(measures: Float64Array, stream: Float64Array): void;
  undecided(measures: Float64Array, stream: Float64Array): number;
  settle(measures: Float64Array, stream: Float64Array): number;
}

const rate = 8_000;
const measures = dtmfMeasures(rate);
const verdict = new Int32Array(1);

export class NativeKeyWatch implements Watch {
  readonly #ears: NativeEars;
  readonly #stream: Float64Array;

  constructor(ears: NativeEars) {
    this.#ears = ears;
    this.#stream = new Float64Array(ears.streamDoubles);
    // As a stream is that has heard nothing.
    ears.settle(measures, this.#stream);
  }

  take({ wholeTable }: ClearSound, bytes: Uint8Array, start: number, stop: number): number {
    this.#ears.hear(measures, this.#stream, wholeTable, bytes, start, 0, stop - start, 1, verdict);
    return verdict[0] ?? 0;
  }

  takeRun({ wholeTable }: ClearSound, run: UnitRun, silenced: Int32Array): boolean {
    const { bytes, offset, stride, length, count } = run;
    const start = offset + plainHeaderBytes;
    const soundBytes = length - plainHeaderBytes;
    return this.#ears.hear(measures, this.#stream, wholeTable, bytes, start, stride, soundBytes, count, silenced) > 0;
  }

  skip(): void {
    this.#ears.passOver(measures, this.#stream);
  }

  get undecidedCount(): number {
    return this.#ears.undecided(measures, this.#stream);
  }

  settle(): number {
    return this.#ears.settle(measures, this.#stream);
  }
}
