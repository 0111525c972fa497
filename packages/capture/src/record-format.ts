/** Records of spool and segment files: framed, checksummed, readable from the bytes alone. */
import { crc32 } from 'node:zlib';
import {
  type ConversationId,
  type Instant,
  limits,
  needs,
  type RecordingId,
  type SegmentId,
  type StreamId,
  type StreamInterval,
} from '@tacet/domain';
import { tagBytes } from './sealer.ts';

/** Bytes before each payload: u32 payload length, u8 kind, u32 CRC-32 over kind and payload; little endian. */
export const frameBytes = 9;

/** Begins a segment; the first record of a segment file. `ref` names it in the records that follow. */
export interface SegmentBegin {
  readonly kind: 'segmentBegin';
  readonly ref: number;
  readonly segmentId: SegmentId;
  readonly recordingId: RecordingId;
  readonly conversationId: ConversationId;
  readonly streamId: StreamId;
  readonly number: number;
  /** Hex tag that ended the segment before; 32 zeros for the first of a stream. */
  readonly previousTag: string;
}

/** The wrapped data key; only in spools, so that destroying keys never means rewriting a segment file. */
export interface SegmentKey {
  readonly kind: 'segmentKey';
  readonly ref: number;
  readonly wrappedKey: string;
}

export interface SegmentEnd {
  readonly kind: 'segmentEnd';
  readonly ref: number;
  readonly chunkCount: number;
  readonly unitCount: number;
  readonly lastTag: string;
  /** Written after a crash by recovery, not by the capture. */
  readonly isRecovered: boolean;
}

/** A capture is live; repeated at the head of each new spool file while it lasts. */
export interface CaptureLive {
  readonly kind: 'captureLive';
  readonly streamId: StreamId;
  readonly recordingId: RecordingId;
  readonly conversationId: ConversationId;
  readonly at: Instant;
  readonly isOpen: boolean;
  /** Since when the gate has been as it is. */
  readonly since: Instant;
  /** Every unit that was admitted up to this instant is in the spool. */
  readonly keptUntil: Instant;
  readonly nextSegmentNumber: number;
  readonly previousTag: string;
  /** The segment that is being written, so that one file is enough to go on with its chain. */
  readonly segment?: OpenSegmentHead;
}

/** How far the segment that is being written has come. */
export interface OpenSegmentHead {
  readonly ref: number;
  readonly chunkCount: number;
  readonly lastTag: string;
}

export interface GateClosed {
  readonly kind: 'gateClosed';
  readonly streamId: StreamId;
  readonly at: Instant;
}

/** A withheld or lost interval is complete. */
export interface IntervalSeen {
  readonly kind: 'intervalSeen';
  readonly streamId: StreamId;
  readonly interval: StreamInterval;
}

/** All that is missing now and may still come: each such record takes the place of the one before it. */
export interface GapsWaiting {
  readonly kind: 'gapsWaiting';
  readonly streamId: StreamId;
  readonly intervals: readonly StreamInterval[];
}

export interface CaptureOver {
  readonly kind: 'captureOver';
  readonly streamId: StreamId;
  readonly at: Instant;
}

export interface ChunkRecord {
  readonly kind: 'chunk';
  readonly ref: number;
  readonly number: number;
  readonly unitCount: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly tag: Buffer;
  readonly sealed: Buffer;
}

export type JsonRecord =
  | SegmentBegin
  | SegmentKey
  | SegmentEnd
  | CaptureLive
  | GateClosed
  | IntervalSeen
  | GapsWaiting
  | CaptureOver;
export type FileRecord = JsonRecord | ChunkRecord;

const chunkKind = 1;
const jsonKind = 2;
const chunkHeadBytes = 28 + tagBytes;

function frameText(text: string): Buffer {
  const payload = Buffer.from(text);
  needs(payload.length <= limits.recordBytesMax, 'a record is no larger than its limit');
  const bytes = Buffer.allocUnsafe(frameBytes + payload.length);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.writeUInt8(jsonKind, 4);
  bytes.writeUInt32LE(crc32(payload, jsonKind), 5);
  bytes.set(payload, frameBytes);
  return bytes;
}

export function encodeRecord(record: FileRecord): Buffer {
  if (record.kind !== 'chunk') return frameText(JSON.stringify(record));
  const bytes = Buffer.allocUnsafe(chunkRecordBytes(record));
  writeChunk(record, bytes, 0);
  return bytes;
}

export function chunkRecordBytes({ sealed }: ChunkRecord): number {
  return frameBytes + chunkHeadBytes + sealed.length;
}

/** Writes a chunk's record where it is wanted: there are thousands in a second, and each copy of one costs. */
export function writeChunk(record: ChunkRecord, into: Buffer, offset: number): void {
  const length = chunkHeadBytes + record.sealed.length;
  needs(length <= limits.recordBytesMax, 'a record is no larger than its limit');
  const head = offset + frameBytes;
  into.writeUInt32LE(length, offset);
  into.writeUInt8(chunkKind, offset + 4);
  into.writeUInt32LE(record.ref, head);
  into.writeUInt32LE(record.number, head + 4);
  into.writeUInt32LE(record.unitCount, head + 8);
  into.writeDoubleLE(record.firstAt, head + 12);
  into.writeDoubleLE(record.lastAt, head + 20);
  into.set(record.tag, head + 28);
  into.set(record.sealed, head + chunkHeadBytes);
  into.writeUInt32LE(crc32(into.subarray(head, head + length), chunkKind), offset + 5);
}

function decodeChunk(payload: Buffer): ChunkRecord | undefined {
  if (payload.length < chunkHeadBytes) return undefined;
  return {
    kind: 'chunk',
    ref: payload.readUInt32LE(0),
    number: payload.readUInt32LE(4),
    unitCount: payload.readUInt32LE(8),
    firstAt: payload.readDoubleLE(12) as Instant,
    lastAt: payload.readDoubleLE(20) as Instant,
    tag: payload.subarray(28, chunkHeadBytes),
    sealed: payload.subarray(chunkHeadBytes),
  };
}

/** The members that make a record what its kind says; a checksum can be forged, so they are looked at. */
const members: { readonly [kind in JsonRecord['kind']]: { readonly [member: string]: string } } = {
  segmentBegin: {
    ref: 'number',
    segmentId: 'string',
    recordingId: 'string',
    conversationId: 'string',
    streamId: 'string',
    number: 'number',
    previousTag: 'string',
  },
  segmentKey: { ref: 'number', wrappedKey: 'string' },
  segmentEnd: { ref: 'number', chunkCount: 'number', unitCount: 'number', lastTag: 'string', isRecovered: 'boolean' },
  captureLive: {
    streamId: 'string',
    recordingId: 'string',
    conversationId: 'string',
    at: 'number',
    isOpen: 'boolean',
    since: 'number',
    keptUntil: 'number',
    nextSegmentNumber: 'number',
    previousTag: 'string',
  },
  gateClosed: { streamId: 'string', at: 'number' },
  intervalSeen: { streamId: 'string', interval: 'object' },
  gapsWaiting: { streamId: 'string', intervals: 'object' },
  captureOver: { streamId: 'string', at: 'number' },
};

function isRecord(value: unknown): value is JsonRecord {
  if (typeof value !== 'object' || value === null) return false;
  const facts = value as { readonly [member: string]: unknown };
  const kind = facts['kind'];
  if (typeof kind !== 'string' || !Object.hasOwn(members, kind)) return false;
  const wanted = members[kind as JsonRecord['kind']];
  return Object.entries(wanted).every(([member, type]) => typeof facts[member] === type && facts[member] !== null);
}

function decodePayload(kind: number, payload: Buffer): FileRecord | undefined {
  if (kind === chunkKind) return decodeChunk(payload);
  if (kind !== jsonKind) return undefined;
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A record, with where it stands in its file. */
export interface PlacedRecord {
  readonly record: FileRecord;
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads records in order and stops at the first that is torn or damaged.
 * @returns the offset behind the last good record; smaller than the file where it ends in damage.
 */
export function* readRecords(file: Buffer): Generator<PlacedRecord, number> {
  let offset = 0;
  while (offset + frameBytes <= file.length) {
    const length = file.readUInt32LE(offset);
    const end = offset + frameBytes + length;
    if (length > limits.recordBytesMax || end > file.length) break;
    const kind = file.readUInt8(offset + 4);
    const payload = file.subarray(offset + frameBytes, end);
    if (crc32(payload, kind) !== file.readUInt32LE(offset + 5)) break;
    const record = decodePayload(kind, payload);
    if (record === undefined) break;
    yield { record, offset, length: frameBytes + length };
    offset = end;
  }
  return offset;
}

/** A file that is read piece by piece. */
export interface RecordSource {
  readonly size: number;
  /** At most `length` bytes from `offset`; fewer at the end of the file. */
  read(offset: number, length: number): Buffer;
}

/** Large enough that calls into the system do not count, small enough that many files are read in little memory. */
const blockBytes = 1_048_576;

/** The length of the first record, whole or not. */
function firstLength(block: Buffer): number {
  return block.length < frameBytes ? frameBytes : frameBytes + block.readUInt32LE(0);
}

/**
 * Reads records in order, block by block; each step is one block. Records are valid until the next step.
 * @returns the offset behind the last good record.
 */
export function* readRecordBlocks(source: RecordSource): Generator<readonly PlacedRecord[], number> {
  let base = 0;
  let length = blockBytes;
  while (base < source.size) {
    const block = source.read(base, length);
    const reading = readRecords(block);
    const records: PlacedRecord[] = [];
    let next = reading.next();
    for (; !next.done; next = reading.next()) {
      records.push({ ...next.value, offset: base + next.value.offset });
    }
    if (records.length > 0) yield records;
    const end = next.value;
    const needed = firstLength(block.subarray(end));
    const isTorn = base + end + needed > source.size || needed > frameBytes + limits.recordBytesMax;
    // What stands in the block whole and could not be read is damaged.
    if (isTorn || end + needed <= block.length) return base + end;
    base += end;
    length = Math.max(blockBytes, needed);
  }
  return base;
}
