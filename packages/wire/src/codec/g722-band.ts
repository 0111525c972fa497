/** One sub-band of a G.722 decoder: its adaptive quantizer scale and its predictor (ITU-T G.722 clause 6.2). */

export function within(value: number, least: number, most: number): number {
  if (value > most) return most;
  return Math.max(value, least);
}

function clip16(value: number): number {
  return within(value, -32_768, 32_767);
}

/** Both sub-bands decode alike, but for their tables and bounds. */
export interface BandTables {
  /** Step of the logarithmic scale factor for each code. */
  readonly logSteps: Int16Array;
  readonly logMax: number;
  /** Distance between the exponent of the scale factor and its logarithm. */
  readonly exponent: number;
  readonly firstScale: number;
}

/** 2 to the power of n/32, times 2,048 (table 13 of the recommendation). */
const powers = Int16Array.of(
  ...[2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834],
  ...[2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008],
);

export class Band {
  /** What the predictor expects of the next sample. */
  predicted: number = 0;
  /** The quantizer's scale factor. */
  scale: number;
  readonly #tables: BandTables;
  #log = 0;
  #zeroPart = 0;
  /** Past differences, newest first, and the weights of the six zeros. */
  readonly #differences = new Int32Array(7);
  readonly #zeros = new Int32Array(7);
  #r1 = 0;
  #r2 = 0;
  #p1 = 0;
  #p2 = 0;
  #pole1 = 0;
  #pole2 = 0;

  constructor(tables: BandTables) {
    this.#tables = tables;
    this.scale = tables.firstScale;
  }

  /** Takes what the quantizer said: the difference, and the code by which its scale goes on. */
  step(difference: number, code: number): void {
    this.#rescale(code);
    this.#predict(difference);
  }

  /** Clause 6.2.1.3 (LOGSCL, SCALEL) and its like for the higher band. */
  #rescale(code: number): void {
    const { logSteps, logMax, exponent } = this.#tables;
    const log = ((this.#log * 127) >> 7) + (logSteps[code] ?? 0);
    this.#log = within(log, 0, logMax);
    const power = powers[(this.#log >> 6) & 31] ?? 0;
    const shift = exponent - (this.#log >> 11);
    this.scale = (shift < 0 ? power << -shift : power >> shift) << 2;
  }

  /** Clause 6.2.1.4: the predictor has two poles and six zeros, all of which follow the signs of what comes. */
  #predict(difference: number): void {
    const r0 = clip16(this.predicted + difference);
    const p0 = clip16(this.#zeroPart + difference);
    this.#movePoles(p0 >> 15);
    this.#moveZeros(difference);
    this.#p2 = this.#p1;
    this.#p1 = p0;
    this.#r2 = this.#r1;
    this.#r1 = r0;
    const poles =
      ((this.#pole1 * clip16(this.#r1 + this.#r1)) >> 15) + ((this.#pole2 * clip16(this.#r2 + this.#r2)) >> 15);
    this.predicted = clip16(clip16(poles) + this.#zeroPart);
  }

  #movePoles(sign: number): void {
    const isLikeLast = sign === this.#p1 >> 15;
    const isLikeOneBefore = sign === this.#p2 >> 15;
    const four = clip16(this.#pole1 << 2);
    const turned = Math.min(isLikeLast ? -four : four, 32_767);
    const second = (isLikeOneBefore ? 128 : -128) + (turned >> 7) + ((this.#pole2 * 32_512) >> 15);
    this.#pole2 = within(second, -12_288, 12_288);
    const first = clip16((isLikeLast ? 192 : -192) + ((this.#pole1 * 32_640) >> 15));
    const bound = clip16(15_360 - this.#pole2);
    this.#pole1 = within(first, -bound, bound);
  }

  #moveZeros(difference: number): void {
    const [differences, zeros] = [this.#differences, this.#zeros];
    const step = difference === 0 ? 0 : 128;
    const sign = difference >> 15;
    let sum = 0;
    for (let at = 6; at > 0; at -= 1) {
      const past = differences[at] ?? 0;
      const moved = past >> 15 === sign ? step : -step;
      const zero = clip16(moved + (((zeros[at] ?? 0) * 32_640) >> 15));
      zeros[at] = zero;
      const next = at === 1 ? difference : (differences[at - 1] ?? 0);
      differences[at] = next;
      sum += (zero * clip16(next + next)) >> 15;
    }
    this.#zeroPart = clip16(sum);
  }
}
