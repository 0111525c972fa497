/** Payloads that carry a number in every byte, and finding them again in rendered sound. */
import { decodeG711Sample, type G711Law } from '@tacet/wire/codec';

export const markFrames = 160;
/** Numbers from 0 up to, but not including, this one. */
export const marksMax = 3_600;

/** Which of two families of marks: they share no code, so that sound of one is never taken for the other. */
export type MarkFamily = 0 | 1;

const digits = 60;
/** Codes are picked such that none decodes to silence: high digits from 1 or 129, low digits from 64 or 192. */
const highFrom = 1;
const lowFrom = 64;
const familyStep = 128;

/** 160 bytes that say the number: its high digit in even places, its low digit in odd ones. */
export function mark(number: number, family: MarkFamily = 0): Uint8Array {
  const step = family * familyStep;
  const high = highFrom + Math.floor(number / digits) + step;
  const low = lowFrom + (number % digits) + step;
  return Uint8Array.from({ length: markFrames }, (_, at) => (at % 2 === 0 ? high : low));
}

/** A mark found in sound; shorter than 160 frames where something was cut off. */
export interface FoundMark {
  readonly number: number;
  readonly family: MarkFamily;
  readonly frame: number;
  readonly frames: number;
}

interface Digit {
  readonly isHigh: boolean;
  readonly value: number;
  readonly family: MarkFamily;
}

function digitOf(code: number): Digit | undefined {
  const family = code < familyStep ? 0 : 1;
  const within = code - family * familyStep;
  if (within >= highFrom && within < highFrom + digits) return { isHigh: true, value: within - highFrom, family };
  if (within >= lowFrom && within < lowFrom + digits) return { isHigh: false, value: within - lowFrom, family };
  return undefined;
}

function digitsBySample(law: G711Law): ReadonlyMap<number, Digit> {
  const digitsOf = new Map<number, Digit>();
  for (let code = 0; code < 256; code += 1) {
    const digit = digitOf(code);
    if (digit !== undefined) digitsOf.set(decodeG711Sample(law, code), digit);
  }
  return digitsOf;
}

/**
 * Finds every mark in one channel, in order.
 * @throws when a sample is neither silent nor part of a mark: something was mixed, moved or made up.
 */
export function marksIn(samples: Int16Array, law: G711Law = 'pcmu'): readonly FoundMark[] {
  const digitsOf = digitsBySample(law);
  const found: FoundMark[] = [];
  let at = 0;
  while (at < samples.length) {
    if (samples[at] === 0) {
      at += 1;
      continue;
    }
    const [first, second] = [digitsOf.get(samples[at] ?? 0), digitsOf.get(samples[at + 1] ?? 0)];
    if (first === undefined || second === undefined || first.isHigh === second.isHigh) {
      throw new Error(`the sample at frame ${at} is part of no mark`);
    }
    const [high, low] = first.isHigh ? [first, second] : [second, first];
    const pair = [samples[at], samples[at + 1]];
    let frames = 0;
    while (frames < markFrames && at + frames < samples.length && samples[at + frames] === pair[frames % 2])
      frames += 1;
    found.push({ number: high.value * digits + low.value, family: first.family, frame: at, frames });
    at += frames;
  }
  return found;
}
