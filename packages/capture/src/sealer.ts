/** Seal and unseal: AES-256-GCM, one key per segment, the chunk's number as nonce, chained by tags (P10). */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { Instant, RecordingId, SegmentId } from '@tacet/domain';

export const tagBytes = 16;
export const dataKeyBytes = 32;

/** A data key made ready once per segment: preparing raw bytes anew for each chunk costs more than sealing it. */
export type SealingKey = KeyObject;

/** @param dataKey 32 bytes; the caller may overwrite them afterwards. */
export function sealingKey(dataKey: Uint8Array): SealingKey {
  return createSecretKey(dataKey);
}

/** What is authenticated beside the plaintext: moving, dropping or relabelling a chunk breaks the seal. */
export interface ChunkLabel {
  readonly recordingId: RecordingId;
  readonly segmentId: SegmentId;
  /** From 0 within its segment; never used twice under one key. */
  readonly number: number;
  readonly unitCount: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Tag of the chunk before; for the first chunk of a segment the last tag of the segment before. */
  readonly previousTag: Buffer;
}

export interface SealedChunk {
  readonly sealed: Buffer;
  readonly tag: Buffer;
}

function nonce(number: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(number, 8);
  return bytes;
}

function label(chunk: ChunkLabel): Buffer {
  const ids = Buffer.from(`${chunk.recordingId}|${chunk.segmentId}|`, 'latin1');
  const numbers = Buffer.alloc(24);
  numbers.writeUInt32LE(chunk.number, 0);
  numbers.writeUInt32LE(chunk.unitCount, 4);
  numbers.writeDoubleLE(chunk.firstAt, 8);
  numbers.writeDoubleLE(chunk.lastAt, 16);
  return Buffer.concat([ids, numbers, chunk.previousTag]);
}

export function seal(key: SealingKey, chunk: ChunkLabel, plain: Uint8Array): SealedChunk {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(chunk.number));
  cipher.setAAD(label(chunk));
  const sealed = cipher.update(plain);
  cipher.final();
  return { sealed, tag: cipher.getAuthTag() };
}

/** @returns the plaintext, or `undefined` when anything of the chunk or its label was changed. */
export function unseal(key: SealingKey, chunk: ChunkLabel, { sealed, tag }: SealedChunk): Buffer | undefined {
  if (tag.length !== tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(chunk.number));
  decipher.setAAD(label(chunk));
  decipher.setAuthTag(tag);
  const plain = decipher.update(sealed);
  try {
    decipher.final();
    return plain;
  } catch {
    plain.fill(0);
    return undefined;
  }
}
