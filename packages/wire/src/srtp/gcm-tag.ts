/**
 * GCM's tag over a packet (RFC 7714) without decrypting it.
 *
 * OpenSSL gives a tag over authenticated data alone (GMAC), or decrypts while it checks. Laid out as authenticated data,
 * each part filled up to whole blocks, header and ciphertext give the same hash as in GCM up to its last block, which
 * holds the lengths. The hash is linear, so that block is put right by adding the difference of both, times the hash key.
 */

import { createCipheriv, type KeyObject } from 'node:crypto';
import { type FieldElement, multiply } from './ghash-block.ts';
import type { PacketTag, TagSpan } from './packet-tag.ts';

/** Corrections kept per key: streams have packets of one or two sizes, telephone events of another. */
const correctionsMax = 16;

/** Shared by all keys of this thread; written and read within one call. */
let laidOut: Buffer = Buffer.alloc(2_048);

function wholeBlocks(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

export class GcmTag implements PacketTag {
  readonly #key: KeyObject;
  readonly #algorithm: 'aes-128-gcm' | 'aes-256-gcm';
  readonly #hashKey: Uint8Array;
  readonly #corrections = new Map<number, FieldElement>();

  constructor(key: KeyObject) {
    this.#key = key;
    this.#algorithm = key.symmetricKeySize === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
    const blocks = key.symmetricKeySize === 32 ? 'aes-256-ecb' : 'aes-128-ecb';
    // NIST SP 800-38D §7.1: the hash key is the block of zeros, encrypted.
    this.#hashKey = createCipheriv(blocks, key, null).setAutoPadding(false).update(new Uint8Array(16));
  }

  compute(bytes: Uint8Array, { clearEnd, end }: TagSpan, iv: Uint8Array, extra: Uint8Array): Uint8Array {
    const clearBytes = clearEnd + extra.length;
    const sealedBytes = end - clearEnd;
    const sealedAt = wholeBlocks(clearBytes);
    const total = sealedAt + wholeBlocks(sealedBytes);
    if (total > laidOut.length) laidOut = Buffer.alloc(total);
    laidOut.set(bytes.subarray(0, clearEnd), 0);
    laidOut.set(extra, clearEnd);
    laidOut.fill(0, clearBytes, sealedAt);
    laidOut.set(bytes.subarray(clearEnd, end), sealedAt);
    laidOut.fill(0, sealedAt + sealedBytes, total);
    const gmac = createCipheriv(this.#algorithm, this.#key, iv);
    gmac.setAAD(laidOut.subarray(0, total));
    gmac.final();
    const tag = gmac.getAuthTag();
    const correction = this.#correctionFor(clearBytes, sealedBytes, total);
    for (const [at, word] of correction.entries()) tag.writeUInt32BE((tag.readUInt32BE(at * 4) ^ word) >>> 0, at * 4);
    return tag;
  }

  #correctionFor(clearBytes: number, sealedBytes: number, total: number): FieldElement {
    // Both are below 2^17, so this is exact.
    const pair = clearBytes * 0x2_0000 + sealedBytes;
    const known = this.#corrections.get(pair);
    if (known !== undefined) return known;
    const difference = Buffer.alloc(16);
    // Lengths in bits, 64 bits each; the upper words are 0 for anything that fits into a datagram.
    difference.writeUInt32BE(((clearBytes * 8) ^ (total * 8)) >>> 0, 4);
    difference.writeUInt32BE(sealedBytes * 8, 12);
    const correction = multiply(difference, this.#hashKey);
    if (this.#corrections.size >= correctionsMax) this.#corrections.clear();
    this.#corrections.set(pair, correction);
    return correction;
  }
}
