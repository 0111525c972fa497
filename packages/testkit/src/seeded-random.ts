/** Random numbers that are the same on every machine for the same seed. */

export interface SeededRandom {
  /** A whole number from 0 up to, but not including, `bound`. */
  below(bound: number): number;
  /** True with the given likelihood, 0 to 1. */
  chance(likelihood: number): boolean;
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
}

/** Two streams drawn from the same seed and the same `purpose` are equal; another purpose gives another stream. */
export function seededRandom(seed: number, purpose: string): SeededRandom {
  let state = seed >>> 0;
  for (const letter of purpose) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  // Splitmix over 32 bits: good spread from any start, no state beside one number.
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
    chance: (likelihood) => next() / 2 ** 32 < likelihood,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  };
}
