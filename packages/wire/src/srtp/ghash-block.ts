/** One multiplication in GCM's field of 2^128 elements (NIST SP 800-38D §6.3), for correcting a length block. */

/** A product as four words, the first bits first. */
export type FieldElement = readonly [number, number, number, number];

function words(bytes: Uint8Array): [number, number, number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)];
}

/** @returns `x · h`, bit by bit: not for every packet, but once for each pair of lengths. */
export function multiply(x: Uint8Array, h: Uint8Array): FieldElement {
  let [z0, z1, z2, z3] = [0, 0, 0, 0];
  let [v0, v1, v2, v3] = words(h);
  const bits = words(x);
  for (let bit = 0; bit < 128; bit += 1) {
    // A mask instead of a branch: what is multiplied is public, the hash key is not.
    const mask = -(((bits[bit >>> 5] ?? 0) >>> (31 - (bit & 31))) & 1);
    z0 ^= v0 & mask;
    z1 ^= v1 & mask;
    z2 ^= v2 & mask;
    z3 ^= v3 & mask;
    const carry = -(v3 & 1);
    v3 = (v3 >>> 1) | (v2 << 31);
    v2 = (v2 >>> 1) | (v1 << 31);
    v1 = (v1 >>> 1) | (v0 << 31);
    v0 = (v0 >>> 1) ^ (0xe100_0000 & carry);
  }
  return [z0, z1, z2, z3];
}
