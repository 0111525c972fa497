/** A wrapping key, and how it protects the data key of one segment. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { needs, type SegmentId } from '@tacet/domain';

/** Bytes of a data key and of a wrapping key: both are AES-256 keys. */
export const keyBytes: number = 32;

const cipher = 'aes-256-gcm';
const formatVersion = 1;
/** Format version, then the wrapping key's number in network order. */
const headBytes = 1 + 4;
const nonceBytes = 12;
const tagBytes = 16;
const wrappedBytes = headBytes + nonceBytes + keyBytes + tagBytes;

/**
 * One version of the wrapping key. Nonces are random, so a version must be replaced long before it has wrapped 2^32
 * data keys (NIST SP 800-38D, 8.3).
 */
export interface WrappingKey {
  /** From 1; names the version in everything it wrapped. */
  readonly number: number;
  /** Prints as nothing but its kind. */
  readonly key: KeyObject;
}

export function wrappingKey(number: number, bytes: Uint8Array): WrappingKey {
  needs(Number.isInteger(number) && number >= 1 && number <= 0xffff_ffff, 'a wrapping key has a number from 1');
  needs(bytes.length === keyBytes, 'a wrapping key has 32 bytes');
  return { number, key: createSecretKey(bytes) };
}

/** Eight bytes of a keyed hash: enough to notice a damaged key, and nothing from which it could be found. */
export function keyCheck({ key }: WrappingKey): string {
  return createHmac('sha256', key).update('tacet wrapping key check').digest('hex').slice(0, 16);
}

/** What the wrapped form is bound to: its own head, and the segment that the data key belongs to. */
function boundTo(head: Uint8Array, segmentId: SegmentId): Uint8Array {
  return Buffer.concat([head, Buffer.from(segmentId, 'utf8')]);
}

/** @returns head, nonce, encrypted data key and tag: 65 bytes. */
export function wrapWith({ number, key }: WrappingKey, dataKey: Uint8Array, segmentId: SegmentId): Uint8Array {
  needs(dataKey.length === keyBytes, 'a data key has 32 bytes');
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(formatVersion, 0);
  head.writeUInt32BE(number, 1);
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(boundTo(head, segmentId));
  const wrapped = Buffer.concat([head, nonce, sealing.update(dataKey), sealing.final(), sealing.getAuthTag()]);
  needs(wrapped.length === wrappedBytes, 'a wrapped key has its fixed length');
  return wrapped;
}

/** The number of the wrapping key that a wrapped form asks for; `undefined` when it is no wrapped form of ours. */
export function wrappingKeyNumber(wrapped: Uint8Array): number | undefined {
  if (wrapped.length !== wrappedBytes || wrapped[0] !== formatVersion) return undefined;
  return Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length).readUInt32BE(1);
}

/** @returns the data key, or `undefined` when the form is damaged, or bound to another key or segment. */
export function unwrapWith({ key }: WrappingKey, wrapped: Uint8Array, segmentId: SegmentId): Uint8Array | undefined {
  const nonce = wrapped.subarray(headBytes, headBytes + nonceBytes);
  const unsealing = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  unsealing.setAAD(boundTo(wrapped.subarray(0, headBytes), segmentId));
  unsealing.setAuthTag(wrapped.subarray(wrapped.length - tagBytes));
  const dataKey = unsealing.update(wrapped.subarray(headBytes + nonceBytes, wrapped.length - tagBytes));
  try {
    unsealing.final();
    return dataKey;
  } catch {
    // Nothing that was not authenticated leaves this function, nor stays in memory.
    dataKey.fill(0);
    return undefined;
  }
}
