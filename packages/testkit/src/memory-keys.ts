/** A key service in memory: deterministic, and honest about damage and about whose key it is. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyService, SegmentId } from '@tacet/domain';

const keyBytes = 32;

/** Two services made with the same seed unwrap each other's keys; nothing here is meant to be secret. */
export class MemoryKeys implements KeyService {
  readonly #secret: string;

  constructor(seed: number) {
    this.#secret = `wrapping key ${seed}`;
  }

  wrap(dataKey: Uint8Array, segmentId: SegmentId): Uint8Array {
    const masked = this.#mask(dataKey, segmentId);
    return Buffer.concat([masked, this.#mac('whole', segmentId, masked)]);
  }

  unwrap(wrapped: Uint8Array, segmentId: SegmentId): Uint8Array | undefined {
    if (wrapped.length !== 2 * keyBytes) return undefined;
    const masked = wrapped.subarray(0, keyBytes);
    const isWhole = timingSafeEqual(this.#mac('whole', segmentId, masked), wrapped.subarray(keyBytes));
    return isWhole ? this.#mask(masked, segmentId) : undefined;
  }

  #mask(bytes: Uint8Array, segmentId: SegmentId): Buffer {
    if (bytes.length !== keyBytes) throw new RangeError(`a data key has ${keyBytes} bytes`);
    const mask = this.#mac('mask', segmentId, new Uint8Array(0));
    return Buffer.from(bytes.map((byte, at) => byte ^ (mask[at] ?? 0)));
  }

  #mac(purpose: string, segmentId: SegmentId, bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.#secret).update(`${purpose}|${segmentId}|`).update(bytes).digest();
  }
}
