/** Counter mode in place: one cipher object for the life of a key, whole runs of counter blocks at a time. */

import { type Cipheriv, createCipheriv, type KeyObject } from 'node:crypto';

const blockBytes = 16;

/** Counter blocks are written here and read again before anything else can run. */
let counters: Buffer = Buffer.alloc(2_048);

export class Keystream {
  /** ECB without padding has no state between blocks, so one object makes every counter block's key stream. */
  readonly #blocks: Cipheriv;

  constructor(key: KeyObject) {
    this.#blocks = createCipheriv(`aes-${(key.symmetricKeySize ?? 0) * 8}-ecb`, key, null).setAutoPadding(false);
  }

  /**
   * Encrypts or decrypts `bytes[from, to)` in place.
   * @param start the first counter block: 16 bytes, the last two (or four, for GCM) of them the counter.
   */
  apply(bytes: Uint8Array, from: number, to: number, start: Uint8Array): void {
    const length = to - from;
    if (length <= 0) return;
    const needed = Math.ceil(length / blockBytes) * blockBytes;
    if (needed > counters.length) counters = Buffer.alloc(needed);
    const first = ((start[14] ?? 0) << 8) | (start[15] ?? 0);
    for (let at = 0, counter = first; at < needed; at += blockBytes, counter += 1) {
      // A packet has at most 4,095 blocks, so the counter stays within its last two bytes.
      for (let i = 0; i < 14; i += 1) counters[at + i] = start[i] ?? 0;
      counters[at + 14] = counter >>> 8;
      counters[at + 15] = counter;
    }
    const stream = this.#blocks.update(counters.subarray(0, needed));
    for (let at = 0; at < length; at += 1) bytes[from + at] = (bytes[from + at] ?? 0) ^ (stream[at] ?? 0);
    stream.fill(0);
  }
}
