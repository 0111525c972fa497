/** Seal and unseal: AES-256-GCM, one key per segment, the chunk's number as nonce, chained by tags (P10). */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Instant, RecordingId, SegmentId } from '@tacet/domain';

export const tagBytes = 16;
export const dataKeyBytes = 32;

/** A data key made ready once per segment: preparing raw bytes anew for each chunk costs more than sealing it. */
export type SealingKey = KeyObject;

/** @param dataKey 32 bytes; the caller may overwrite them afterwards. */
export function sealingKey(dataKey: Uint8Array): SealingKey {
  return createSecretKey(dataKey);
}

/** AES-256-GCM in native code: what `node:crypto` does, without objects and memory for each chunk (ADR 26). */
export interface NativeSealer {
  sealingKey(dataKey: Uint8Array): unknown;
  /** `into` gets the ciphertext, and the tag behind it. */
  seal(key: unknown, nonce: Uint8Array, label: Uint8Array, plain: Uint8Array, into: Uint8Array): void;
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

/** Used again for every chunk of this thread; neither nonce nor label is a secret. */
const nonceRoom = Buffer.alloc(12);
let labelRoom = Buffer.alloc(256);

function nonce(number: number): Buffer {
  nonceRoom.writeUInt32BE(number, 8);
  return nonceRoom;
}

function label(chunk: ChunkLabel): Buffer {
  const idBytes = chunk.recordingId.length + chunk.segmentId.length + 2;
  const length = idBytes + 24 + chunk.previousTag.length;
  if (length > labelRoom.length) labelRoom = Buffer.alloc(length);
  labelRoom.write(`${chunk.recordingId}|${chunk.segmentId}|`, 'latin1');
  labelRoom.writeUInt32LE(chunk.number, idBytes);
  labelRoom.writeUInt32LE(chunk.unitCount, idBytes + 4);
  labelRoom.writeDoubleLE(chunk.firstAt, idBytes + 8);
  labelRoom.writeDoubleLE(chunk.lastAt, idBytes + 16);
  labelRoom.set(chunk.previousTag, idBytes + 24);
  return labelRoom.subarray(0, length);
}

export function seal(key: SealingKey, chunk: ChunkLabel, plain: Uint8Array): SealedChunk {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(chunk.number));
  cipher.setAAD(label(chunk));
  const sealed = cipher.update(plain);
  cipher.final();
  return { sealed, tag: cipher.getAuthTag() };
}

const startBytes = 64 * 1024;
/** One large unit must not keep its room. */
const keptBytesMax = 1024 * 1024;
let sealedRoom = Buffer.alloc(startBytes);

function roomFor(bytes: number): Buffer {
  if (bytes > sealedRoom.length || (sealedRoom.length > keptBytesMax && bytes <= startBytes)) {
    sealedRoom = Buffer.allocUnsafeSlow(Math.max(bytes, startBytes));
  }
  return sealedRoom;
}

/** Seals a chunk. The answer holds until the next chunk of this thread is sealed. */
export type Seal = (chunk: ChunkLabel, plain: Uint8Array) => SealedChunk;

/** @param dataKey 32 bytes; the caller may overwrite them afterwards. */
export function sealWith(dataKey: Uint8Array, native?: NativeSealer): Seal {
  if (native === undefined) {
    const key = sealingKey(dataKey);
    return (chunk, plain) => seal(key, chunk, plain);
  }
  const key = native.sealingKey(dataKey);
  return (chunk, plain) => {
    const end = plain.length + tagBytes;
    const into = roomFor(end);
    native.seal(key, nonce(chunk.number), label(chunk), plain, into);
    return { sealed: into.subarray(0, plain.length), tag: into.subarray(plain.length, end) };
  };
}

/** The native sealer, if what it seals is what is unsealed here; a recording that cannot be read is worse than a slow one. */
export function trustedSealer(native: NativeSealer | undefined): NativeSealer | undefined {
  if (native === undefined) return undefined;
  const dataKey = randomBytes(dataKeyBytes);
  const plain = randomBytes(1_000);
  const instants = { firstAt: 1.5 as Instant, lastAt: 2.5 as Instant };
  const ids = { recordingId: 'r' as RecordingId, segmentId: 's' as SegmentId };
  const chunk = { ...ids, ...instants, number: 77, unitCount: 3, previousTag: randomBytes(tagBytes) };
  const sealed = sealWith(dataKey, native)(chunk, plain);
  return unseal(sealingKey(dataKey), chunk, sealed)?.equals(plain) === true ? native : undefined;
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
