/** Reads a segment file: every chunk is verified before its units are used. */
import type { Instant, RecordingId, SegmentId } from '@tacet/domain';
import { readUnits, type StoredUnit } from './chunk-format.ts';
import { type ChunkRecord, readRecords, type SegmentBegin, type SegmentEnd } from './record-format.ts';
import { type SealingKey, sealingKey, unseal } from './sealer.ts';

/** A segment file taken apart, its seals not yet checked. */
export interface SegmentFile {
  readonly begin: SegmentBegin;
  readonly chunks: readonly ChunkRecord[];
  readonly end: SegmentEnd | undefined;
  /** Whether the file is chunks and then the segment's end, with nothing else before or behind. */
  readonly isWhole: boolean;
}

/** @returns `undefined` when the bytes do not begin with a segment. */
export function parseSegmentFile(bytes: Buffer): SegmentFile | undefined {
  const records = readRecords(bytes);
  const first = records.next();
  if (first.done || first.value.record.kind !== 'segmentBegin') return undefined;
  const begin = first.value.record;
  const chunks: ChunkRecord[] = [];
  let end: SegmentEnd | undefined;
  let isOrderly = true;
  for (;;) {
    const next = records.next();
    if (next.done) {
      const isWhole = isOrderly && end !== undefined && next.value === bytes.length;
      return { begin, chunks, end, isWhole };
    }
    const { record } = next.value;
    if (end !== undefined) isOrderly = false;
    else if (record.kind === 'chunk') chunks.push(record);
    else if (record.kind === 'segmentEnd') end = record;
    else isOrderly = false;
  }
}

export interface UnsealedChunk {
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly unitCount: number;
  readonly units: readonly StoredUnit[];
}

/** What is wrong with a chunk; the words stand in the proof's findings. */
export type ChunkFlaw = 'sealBroken' | 'chunkMissing' | 'unitsUnreadable' | 'unitOutsideChunk';

export type ChunkOutcome =
  | { readonly ok: true; readonly chunk: UnsealedChunk }
  | { readonly ok: false; readonly number: number; readonly flaw: ChunkFlaw };

interface Chain {
  readonly recordingId: RecordingId;
  readonly segmentId: SegmentId;
  readonly previousTag: Buffer;
  readonly number: number;
}

function unsealChunk(key: SealingKey, record: ChunkRecord, chain: Chain): ChunkOutcome {
  const fail = (flaw: ChunkFlaw): ChunkOutcome => ({ ok: false, number: record.number, flaw });
  if (record.number !== chain.number) return fail('chunkMissing');
  const { number, unitCount, firstAt, lastAt } = record;
  const plain = unseal(key, { ...chain, number, unitCount, firstAt, lastAt }, record);
  if (plain === undefined) return fail('sealBroken');
  const units = readUnits(plain, firstAt);
  if (units === undefined || units.length !== unitCount) return fail('unitsUnreadable');
  // Half a microsecond, for instants that were never rounded to whole ones.
  if (units.some((unit) => unit.arrivedAt < firstAt - 0.0005 || unit.arrivedAt > lastAt + 0.0005)) {
    return fail('unitOutsideChunk');
  }
  return { ok: true, chunk: { firstAt, lastAt, unitCount, units } };
}

/** Unseals chunk by chunk, in order, and stops behind the first that does not verify. */
export function* unsealChunks(file: SegmentFile, key: Uint8Array): Generator<ChunkOutcome> {
  const { recordingId, segmentId } = file.begin;
  const ready = sealingKey(key);
  let previousTag: Buffer = Buffer.from(file.begin.previousTag, 'hex');
  for (const [number, record] of file.chunks.entries()) {
    const outcome = unsealChunk(ready, record, { recordingId, segmentId, previousTag, number });
    yield outcome;
    if (!outcome.ok) return;
    previousTag = record.tag;
  }
  if (file.end !== undefined && file.end.chunkCount !== file.chunks.length) {
    yield { ok: false, number: file.chunks.length, flaw: 'chunkMissing' };
  }
}
