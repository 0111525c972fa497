/** Decodes G.722 at 64 kbit/s (ITU-T G.722, mode 1; RFC 3551 §4.5.2): one byte makes two samples at 16 kHz. */
import { Band, type BandTables, within } from './g722-band.ts';

const low: BandTables = {
  logSteps: Int16Array.of(-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60),
  logMax: 18_432,
  exponent: 8,
  firstScale: 32,
};
const high: BandTables = {
  logSteps: Int16Array.of(798, -214, 798, -214),
  logMax: 22_528,
  exponent: 10,
  firstScale: 8,
};

/** Levels of the lower band's quantizer: by all six bits for the sound, by the upper four for the predictor. */
const fineHalf = [24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576];
const finer = [6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728];
const fine = [...fineHalf, ...finer];
const sixBits = Int16Array.of(
  ...[-136, -136, -136, -136, ...fine.map((level) => -level)],
  ...[...fine, 432, 136, -432, -136],
);
const coarse = [20456, 12896, 8968, 6288, 4240, 2584, 1200];
const fourBits = Int16Array.of(0, ...coarse.map((level) => -level), ...coarse, 0);
const twoBits = Int16Array.of(-7408, -1616, 7408, 1616);

/** Half of the synthesis filter's taps; the other half mirrors them (table 11). */
const taps = Int16Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);

/** A decoder of one stream; make a new one where the stream begins anew. */
export class G722Decoder {
  readonly #low = new Band(low);
  readonly #high = new Band(high);
  /** The last 24 values of the synthesis filter, sums and differences of the bands in turn. */
  readonly #history = new Int32Array(24);

  /** Decodes into `into`, which has room for two samples per byte. @returns how many were written. */
  decode(codes: Uint8Array, into: Int16Array): number {
    const history = this.#history;
    const count = Math.min(codes.length, into.length >> 1);
    for (let at = 0; at < count; at += 1) {
      const code = codes[at] ?? 0;
      const below = this.#decodeLow(code & 0x3f);
      const above = this.#decodeHigh(code >> 6);
      history.copyWithin(0, 2);
      history[22] = below + above;
      history[23] = below - above;
      let [even, odd] = [0, 0];
      for (let tap = 0; tap < 12; tap += 1) {
        even += (history[2 * tap] ?? 0) * (taps[tap] ?? 0);
        odd += (history[2 * tap + 1] ?? 0) * (taps[11 - tap] ?? 0);
      }
      into[2 * at] = within(odd >> 11, -32_768, 32_767);
      into[2 * at + 1] = within(even >> 11, -32_768, 32_767);
    }
    return 2 * count;
  }

  /** Decodes the lower band alone, one sample at 8 kHz per byte: all there is up to 4 kHz, for a third of the work. */
  decodeLow(codes: Uint8Array, into: Int16Array): number {
    const count = Math.min(codes.length, into.length);
    for (let at = 0; at < count; at += 1) into[at] = this.#decodeLow((codes[at] ?? 0) & 0x3f) << 1;
    return count;
  }

  #decodeLow(code: number): number {
    const band = this.#low;
    const sample = within(band.predicted + ((band.scale * (sixBits[code] ?? 0)) >> 15), -16_384, 16_383);
    band.step((band.scale * (fourBits[code >> 2] ?? 0)) >> 15, code >> 2);
    return sample;
  }

  #decodeHigh(code: number): number {
    const band = this.#high;
    const difference = (band.scale * (twoBits[code] ?? 0)) >> 15;
    const sample = within(band.predicted + difference, -16_384, 16_383);
    band.step(difference, code);
    return sample;
  }
}
