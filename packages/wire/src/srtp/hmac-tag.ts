/** HMAC-SHA1 over packet and rollover counter (RFC 3711 §4.2.1), as two plain digests: no object per packet. */

import { hash } from 'node:crypto';
import type { PacketTag, TagSpan } from './packet-tag.ts';

const padBytes = 64;
const digestBytes = 20;

/** Shared by all keys of this thread; written and read within one call. */
let inner: Buffer = Buffer.alloc(padBytes + 2_048);
const outer = Buffer.alloc(padBytes + digestBytes);
const result = Buffer.alloc(digestBytes);

export class HmacTag implements PacketTag {
  readonly #innerPad = new Uint8Array(padBytes).fill(0x36);
  readonly #outerPad = new Uint8Array(padBytes).fill(0x5c);

  /** @param key 20 bytes: shorter than a block of SHA-1, so it is used as it is (RFC 2104 §2). */
  constructor(key: Uint8Array) {
    for (const [at, byte] of key.entries()) {
      this.#innerPad[at] = byte ^ 0x36;
      this.#outerPad[at] = byte ^ 0x5c;
    }
  }

  compute(bytes: Uint8Array, { end }: TagSpan, _iv: Uint8Array, extra: Uint8Array): Uint8Array {
    const length = padBytes + end + extra.length;
    if (length > inner.length) inner = Buffer.alloc(length);
    inner.set(this.#innerPad, 0);
    inner.set(end === bytes.length ? bytes : bytes.subarray(0, end), padBytes);
    inner.set(extra, padBytes + end);
    outer.set(this.#outerPad, 0);
    // Digests as text: making a Buffer for each costs more than the digest itself.
    outer.write(hash('sha1', inner.subarray(0, length), 'hex'), padBytes, 'hex');
    result.write(hash('sha1', outer, 'hex'), 0, 'hex');
    return result;
  }
}
