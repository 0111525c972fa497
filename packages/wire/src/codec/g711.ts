/** G.711, both laws (ITU-T G.711; RFC 3551 §4.5.14): one byte per sample, by tables. */

import { codecLimits } from './limits.ts';

/** µ-law (PCMU) or A-law (PCMA). */
export type G711Law = 'pcmu' | 'pcma';

/** Where decoded samples go: the first index, and the distance from one sample to the next. */
export interface SamplePlace {
  readonly offset: number;
  /** 1 for a plain array, the number of channels for an interleaved one. */
  readonly stride: number;
}

const muBias = 0x84;
const muClip = 32_635;

const decodeTables: Readonly<Record<G711Law, Int16Array>> = {
  pcmu: Int16Array.from({ length: 256 }, (_, code) => decodeMu(code)),
  pcma: Int16Array.from({ length: 256 }, (_, code) => decodeA(code)),
};

/** The linear values of all codes of a law; not to be changed. */
export function g711Table(law: G711Law): Int16Array {
  return decodeTables[law];
}

/** The code of a sample of value zero, or the nearest there is (A-law has no zero): silence of the law. */
export const silenceCode: Readonly<Record<G711Law, number>> = { pcmu: 0xff, pcma: 0xd5 };

/** The linear value of one code, -32124 to 32124 in µ-law and -32256 to 32256 in A-law. */
export function decodeG711Sample(law: G711Law, code: number): number {
  return decodeTables[law][code & 0xff] ?? 0;
}

/**
 * Decodes codes into `into`, from `place.offset` on, every `place.stride` values; answers how many samples were
 * written. Codes for which there is no room are left out; a place outside the array or the bounds writes nothing.
 */
export function decodeG711(law: G711Law, codes: Uint8Array, into: Int16Array, place: SamplePlace): number {
  const { offset, stride } = place;
  if (!Number.isInteger(offset) || offset < 0 || !Number.isInteger(stride)) return 0;
  if (stride < 1 || stride > codecLimits.strideMax) return 0;
  const table = decodeTables[law];
  const room = Math.max(0, Math.ceil((into.length - offset) / stride));
  const count = Math.min(codes.length, room);
  for (let index = 0, at = offset; index < count; index += 1, at += stride) {
    into[at] = table[codes[index] ?? 0] ?? 0;
  }
  return count;
}

/** Encodes linear samples, one byte each. */
export function encodeG711(law: G711Law, samples: Int16Array): Uint8Array<ArrayBuffer> {
  const encode = law === 'pcmu' ? encodeMu : encodeA;
  return Uint8Array.from(samples, encode);
}

/** G.711 table 2: sign, three bits of segment, four of step, all inverted; a bias of 33 in 14-bit steps. */
function decodeMu(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + muBias) << ((bits & 0x70) >> 4)) - muBias;
  return (bits & 0x80) !== 0 ? -magnitude : magnitude;
}

/** G.711 table 1: every other bit inverted; a sign bit of one means positive. */
function decodeA(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) !== 0 ? magnitude : -magnitude;
}

function encodeMu(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const biased = Math.min(Math.abs(sample), muClip) + muBias;
  const segment = segmentOf(biased >> 7);
  return ~(sign | (segment << 4) | ((biased >> (segment + 3)) & 0x0f)) & 0xff;
}

function encodeA(sample: number): number {
  // Negative samples are taken one's complement, so that -1 falls into the first negative step and not beside it.
  const magnitude = sample < 0 ? ~sample : sample;
  const segment = segmentOf(magnitude >> 7);
  const step = (magnitude >> (segment === 0 ? 4 : segment + 3)) & 0x0f;
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ 0x55;
}

/** Number of significant bits above the first: 0 for 0 and 1, 1 for 2 and 3, up to 7. */
function segmentOf(value: number): number {
  return value < 1 ? 0 : 31 - Math.clz32(value);
}
