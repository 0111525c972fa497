/**
 * Hears the keys of a telephone in sound (ITU-T Q.23; what a receiver must take, Q.24), so that they can be masked.
 *
 * It errs towards hearing: a stretch of speech silenced by mistake costs some hundredths of a second, a key that slips
 * through costs a digit of a card number. Which key it was is told to nobody.
 */
import { codecLimits } from './limits.ts';

const { dtmf } = codecLimits;
const lowTones: readonly number[] = [697, 770, 852, 941];
const highTones: readonly number[] = [1_209, 1_336, 1_477, 1_633];
const noKey = -1;

/** Four tones of one group, as the Goertzel recursion needs them. */
interface ToneGroup {
  readonly weights: Float64Array;
  /** What makes up for the loss of each tone in sums of two samples. */
  readonly gains: Float64Array;
}

function groupAt(rate: number, tones: readonly number[]): ToneGroup {
  return {
    weights: Float64Array.from(tones, (hertz) => 2 * Math.cos((4 * Math.PI * hertz) / rate)),
    gains: Float64Array.from(tones, (hertz) => 0.5 / Math.cos((Math.PI * hertz) / rate) ** 2),
  };
}

/** The energy that a tone of each frequency has in the samples of which `sums` holds every two added up. */
function toneEnergies(sums: Float64Array, { weights, gains }: ToneGroup, into: Float64Array): void {
  const c0 = weights[0] ?? 0;
  const c1 = weights[1] ?? 0;
  const c2 = weights[2] ?? 0;
  const c3 = weights[3] ?? 0;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  const length = sums.length;
  for (let at = 0; at < length; at += 1) {
    const sum = sums[at] ?? 0;
    const n0 = sum - b0 + c0 * a0;
    const n1 = sum - b1 + c1 * a1;
    const n2 = sum - b2 + c2 * a2;
    const n3 = sum - b3 + c3 * a3;
    b0 = a0;
    b1 = a1;
    b2 = a2;
    b3 = a3;
    a0 = n0;
    a1 = n1;
    a2 = n2;
    a3 = n3;
  }
  const scale = 2 / length;
  into[0] = scale * (gains[0] ?? 0) * (a0 * a0 + b0 * b0 - c0 * a0 * b0);
  into[1] = scale * (gains[1] ?? 0) * (a1 * a1 + b1 * b1 - c1 * a1 * b1);
  into[2] = scale * (gains[2] ?? 0) * (a2 * a2 + b2 * b2 - c2 * a2 * b2);
  into[3] = scale * (gains[3] ?? 0) * (a3 * a3 + b3 * b3 - c3 * a3 * b3);
}

function largest(energies: Float64Array): number {
  let best = 0;
  for (let at = 1; at < 4; at += 1) if ((energies[at] ?? 0) > (energies[best] ?? 0)) best = at;
  return best;
}

/** All that is to be known to hear keys at this rate, for ears that are not ours, in the order in which they want it. */
export function dtmfMeasures(rate: number): Float64Array {
  const [low, high] = [groupAt(rate, lowTones), groupAt(rate, highTones)];
  const pairs = Math.round((rate * dtmf.blockUs) / 2_000_000);
  const { powerMin, slopeMin, slopeMax, shareMin, edgeShareMin, toneShareMin, twistMax } = dtmf;
  return Float64Array.of(
    ...[pairs, ...low.weights, ...high.weights, ...low.gains, ...high.gains],
    ...[powerMin, slopeMin, slopeMax, shareMin, edgeShareMin, toneShareMin, twistMax],
    ...[dtmf.missedBlocks, dtmf.edgeBlocks],
  );
}

export class DtmfDetector {
  /** Samples taken so far. */
  position: number = 0;
  readonly #low: ToneGroup;
  readonly #high: ToneGroup;
  readonly #energies = new Float64Array(4);
  readonly #blockSamples: number;
  /** Sums of every two samples, for the block that is being filled and the one before it. */
  #block: Float64Array;
  #lastBlock: Float64Array;
  #filled = 0;
  /** Squares of the sums and of the differences of every two samples; together twice the energy of the samples. */
  #sumSquares = 0;
  #differenceSquares = 0;
  /** The first of two samples, where a packet ended between them. */
  #odd: number | undefined;
  /** Keys heard in the last two blocks. */
  #key1 = noKey;
  #key2 = noKey;
  #isKeyDown = false;
  #missCount = 0;
  /** Blocks until one alone is enough: behind an edge only the end of a tone may be left. */
  #edgeBlocks: number = dtmf.edgeBlocks;

  constructor(rate: number) {
    const pairs = Math.round((rate * dtmf.blockUs) / 2_000_000);
    this.#low = groupAt(rate, lowTones);
    this.#high = groupAt(rate, highTones);
    this.#blockSamples = 2 * pairs;
    this.#block = new Float64Array(pairs);
    this.#lastBlock = new Float64Array(pairs);
  }

  /**
   * Takes the samples of a packet, as codes of a table in `[start, stop)`. Its values are doubles, as all that is counted
   * with them: turning each sample into one costs more than adding it up.
   * @returns as `take` does.
   */
  takeCodes(codes: Uint8Array, start: number, stop: number, table: Float64Array): number {
    let from = Number.POSITIVE_INFINITY;
    let at = start;
    if (this.#odd !== undefined && at < stop) {
      from = this.#addPair(this.#odd, table[codes[at] ?? 0] ?? 0);
      at += 1;
    }
    while (at + 1 < stop) {
      const room = this.#block.length - this.#filled;
      const end = at + 2 * Math.min((stop - at) >> 1, room);
      this.#fill(codes, at, end, table);
      if (this.#filled === this.#block.length) from = Math.min(from, this.#closeBlock());
      at = end;
    }
    this.#odd = at < stop ? (table[codes[at] ?? 0] ?? 0) : undefined;
    return from;
  }

  /**
   * Takes the samples of a packet.
   * @returns the position from which on, up to the end of these samples, a key is heard; infinity when none is.
   */
  take(samples: Int16Array, count: number): number {
    let from = Number.POSITIVE_INFINITY;
    for (let at = 0; at < count; at += 1) {
      const sample = samples[at] ?? 0;
      if (this.#odd === undefined) this.#odd = sample;
      else from = Math.min(from, this.#addPair(this.#odd, sample));
    }
    return from;
  }

  /** What lies before this position is judged to the end. */
  get decidedTo(): number {
    const pendingBlocks = this.#isKeyDown ? 0 : this.#key2 !== noKey ? 3 : this.#key1 !== noKey ? 2 : 1;
    return this.position - 2 * this.#filled - pendingBlocks * this.#blockSamples;
  }

  /**
   * Nothing more comes: judges what has only begun, and starts anew.
   * @returns the position from which on a key may be heard; infinity when none is.
   */
  settle(): number {
    const hasHeard = this.#isKeyDown || this.#key1 !== noKey || this.#key2 !== noKey;
    const mayHaveBegun = hasHeard || this.#endKey() !== noKey;
    const from = mayHaveBegun
      ? Math.min(this.decidedTo, this.position - 2 * this.#blockSamples)
      : Number.POSITIVE_INFINITY;
    this.#filled = 0;
    this.#sumSquares = 0;
    this.#differenceSquares = 0;
    this.#odd = undefined;
    this.#lastBlock.fill(0);
    this.#block.fill(0);
    this.#key1 = noKey;
    this.#key2 = noKey;
    this.#isKeyDown = false;
    this.#edgeBlocks = dtmf.edgeBlocks;
    return from;
  }

  /** The key heard in the last samples, as many as make a block. */
  #endKey(): number {
    const length = this.#block.length;
    const window = new Float64Array(length);
    window.set(this.#lastBlock.subarray(this.#filled));
    window.set(this.#block.subarray(0, this.#filled), length - this.#filled);
    // Of the differences only those of this block are known; without them the share of the tones is the larger.
    const energy = window.reduce((total, sum) => total + sum * sum, this.#differenceSquares) / 2;
    return this.#keyIn(window, energy, dtmf.edgeShareMin);
  }

  #fill(codes: Uint8Array, start: number, stop: number, table: Float64Array): void {
    const block = this.#block;
    let filled = this.#filled;
    let sums = 0;
    let differences = 0;
    for (let at = start; at < stop; at += 2) {
      const first = table[codes[at] ?? 0] ?? 0;
      const second = table[codes[at + 1] ?? 0] ?? 0;
      const sum = first + second;
      const difference = first - second;
      block[filled] = sum;
      filled += 1;
      sums += sum * sum;
      differences += difference * difference;
    }
    this.position += stop - start;
    this.#filled = filled;
    this.#sumSquares += sums;
    this.#differenceSquares += differences;
  }

  #addPair(first: number, second: number): number {
    this.#odd = undefined;
    const sum = first + second;
    const difference = first - second;
    this.#block[this.#filled] = sum;
    this.#filled += 1;
    this.#sumSquares += sum * sum;
    this.#differenceSquares += difference * difference;
    this.position += 2;
    return this.#filled === this.#block.length ? this.#closeBlock() : Number.POSITIVE_INFINITY;
  }

  /** A block is full. @returns the position from which on a key is heard; infinity when none is. */
  #closeBlock(): number {
    const energy = (this.#sumSquares + this.#differenceSquares) / 2;
    const key = this.#mayHoldKey(energy) ? this.#keyIn(this.#block, energy, dtmf.shareMin) : noKey;
    const length = this.#blockSamples;
    const block = this.#block;
    this.#block = this.#lastBlock;
    this.#lastBlock = block;
    this.#filled = 0;
    this.#sumSquares = 0;
    this.#differenceSquares = 0;
    const from = this.#heard(key, this.position - length, length);
    this.#key2 = this.#key1;
    this.#key1 = key;
    if (this.#edgeBlocks > 0) this.#edgeBlocks -= 1;
    return from;
  }

  #heard(key: number, start: number, length: number): number {
    if (this.#isKeyDown) {
      this.#missCount = key === noKey ? this.#missCount + 1 : 0;
      if (this.#missCount >= dtmf.missedBlocks) this.#isKeyDown = false;
      return start;
    }
    if (key === noKey) return Number.POSITIVE_INFINITY;
    const isSecond = key === this.#key1;
    const isThird = key === this.#key2;
    if (!isSecond && !isThird && this.#edgeBlocks === 0) return Number.POSITIVE_INFINITY;
    this.#isKeyDown = true;
    this.#missCount = 0;
    // From the block before the first in which it was heard: there it began.
    return start - (isThird ? 3 : isSecond ? 2 : 1) * length;
  }

  /** Most speech and all silence is told from keys by how loud it is, and how steep. */
  #mayHoldKey(energy: number): boolean {
    if (energy < dtmf.powerMin * this.#blockSamples) return false;
    // The differences between all neighbouring samples, as those of every other pair have it.
    const slope = 2 * this.#differenceSquares;
    return slope > dtmf.slopeMin * energy && slope < dtmf.slopeMax * energy;
  }

  #keyIn(sums: Float64Array, energy: number, shareMin: number): number {
    const energies = this.#energies;
    if (energy < dtmf.powerMin * this.#blockSamples * shareMin) return noKey;
    toneEnergies(sums, this.#low, energies);
    const row = largest(energies);
    const low = energies[row] ?? 0;
    if (low < dtmf.toneShareMin * energy) return noKey;
    toneEnergies(sums, this.#high, energies);
    const column = largest(energies);
    const high = energies[column] ?? 0;
    if (low + high < shareMin * energy) return noKey;
    const isBalanced = high < dtmf.twistMax * low && low < dtmf.twistMax * high;
    return isBalanced ? row * 4 + column : noKey;
  }
}
