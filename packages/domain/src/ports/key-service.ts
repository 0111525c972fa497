/** The port that protects data keys. */
import type { SegmentId } from '../ids.ts';

/** Wraps and unwraps 32-byte data keys; a wrapped key is bound to its segment. */
export interface KeyService {
  /** @returns the wrapped key. */
  wrap(dataKey: Uint8Array, segmentId: SegmentId): Uint8Array;
  /** @returns the data key, or `undefined` when the wrapped form is damaged or belongs to another segment. */
  unwrap(wrapped: Uint8Array, segmentId: SegmentId): Uint8Array | undefined;
}
