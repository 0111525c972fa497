/** After a crash: what the spool files say, whole chunks kept, the rest reported as lost, never guessed. */
import {
  earliest,
  type Instant,
  type Interval,
  instant,
  latest,
  type SegmentDescriptor,
  type StreamId,
  type StreamInterval,
} from '@tacet/domain';
import {
  type CaptureLive,
  type ChunkRecord,
  encodeRecord,
  type FileRecord,
  readRecords,
  type SegmentBegin,
  type SegmentEnd,
  type SegmentKey,
} from './record-format.ts';
import { describeSegment, type SegmentFacts } from './segment-shelf.ts';

/** A segment found in a spool, ready for the blob store. */
export interface RecoveredSegment {
  readonly descriptor: SegmentDescriptor;
  readonly bytes: Buffer;
}

/** What a spool tells of one capture. */
export interface RecoveredCapture {
  readonly live: CaptureLive;
  readonly segments: readonly RecoveredSegment[];
  readonly intervals: readonly StreamInterval[];
  /** Since when the gate was shut when the record breaks off; `undefined` when it was open. */
  readonly closedSince: Instant | undefined;
  /** The capture ended in order, before the crash. */
  readonly overAt: Instant | undefined;
  /** The last instant of which the spool knows anything: every unit admitted up to it is kept or reported as lost. */
  readonly lastAt: Instant;
}

const microsecond = 0.001;

interface OpenSegment {
  readonly begin: SegmentBegin;
  wrappedKey: string;
  readonly parts: Buffer[];
  readonly chunks: ChunkRecord[];
  isEnded: boolean;
}

interface Growing {
  live: CaptureLive;
  readonly segments: OpenSegment[];
  readonly intervals: StreamInterval[];
  closedSince: Instant | undefined;
  overAt: Instant | undefined;
  lastAt: Instant;
}

/** Reads the spool files of one run, in the order they were written. */
export class SpoolReading {
  readonly #captures = new Map<StreamId, Growing>();
  readonly #segments = new Map<number, OpenSegment>();

  /** @returns bytes at the end of the file that are torn or damaged. */
  read(file: Buffer): number {
    const records = readRecords(file);
    for (;;) {
      const next = records.next();
      if (next.done) return file.length - next.value;
      const { record, offset, length } = next.value;
      this.#take(record, file.subarray(offset, offset + length));
    }
  }

  captures(): readonly RecoveredCapture[] {
    return [...this.#captures.values()].map((found) => ({
      live: found.live,
      segments: found.segments.flatMap((segment) => finish(segment) ?? []),
      intervals: found.intervals,
      closedSince: found.closedSince,
      overAt: found.overAt,
      lastAt: found.lastAt,
    }));
  }

  #take(record: FileRecord, bytes: Buffer): void {
    if (record.kind === 'segmentBegin') this.#begin(record, bytes);
    else if (record.kind === 'captureLive') this.#live(record);
    else if ('ref' in record) this.#grow(record, bytes);
    else this.#mark(record);
  }

  #begin(begin: SegmentBegin, bytes: Buffer): void {
    const segment: OpenSegment = { begin, wrappedKey: '', parts: [Buffer.from(bytes)], chunks: [], isEnded: false };
    this.#segments.set(begin.ref, segment);
    this.#captures.get(begin.streamId)?.segments.push(segment);
  }

  #live(live: CaptureLive): void {
    const known = this.#captures.get(live.streamId);
    const closedSince = live.isOpen ? undefined : live.since;
    if (known === undefined) {
      const empty = { segments: [], intervals: [], overAt: undefined };
      this.#captures.set(live.streamId, { live, ...empty, closedSince, lastAt: live.keptUntil });
      return;
    }
    // The capture had written more than was read: an earlier file is damaged.
    if (live.keptUntil > known.lastAt) lose(known, { from: live.keptUntil, to: live.keptUntil, unitCount: 0 });
    known.live = live;
    known.closedSince = closedSince;
  }

  #grow(record: SegmentKey | SegmentEnd | ChunkRecord, bytes: Buffer): void {
    const segment = this.#segments.get(record.ref);
    if (segment === undefined) return;
    if (record.kind === 'segmentKey') {
      segment.wrappedKey = record.wrappedKey;
      return;
    }
    const isNext = !segment.isEnded && segment.chunks.length === placeOf(record);
    if (isNext) segment.parts.push(Buffer.from(bytes));
    if (record.kind === 'segmentEnd') {
      if (isNext) segment.isEnded = true;
      return;
    }
    const capture = this.#captures.get(segment.begin.streamId);
    if (isNext) segment.chunks.push({ ...record, sealed: Buffer.alloc(0), tag: Buffer.from(record.tag) });
    // Behind a hole in its chain a chunk cannot be verified any more.
    else if (capture !== undefined) {
      lose(capture, { from: record.firstAt, to: record.lastAt, unitCount: record.unitCount });
    }
    if (capture !== undefined) capture.lastAt = latest(record.lastAt, capture.lastAt);
  }

  #mark(record: Extract<FileRecord, { readonly kind: 'gateClosed' | 'intervalSeen' | 'captureOver' }>): void {
    const capture = this.#captures.get(record.streamId);
    if (capture === undefined) return;
    if (record.kind === 'gateClosed') {
      capture.closedSince = record.at;
      capture.lastAt = record.at;
    } else if (record.kind === 'captureOver') {
      capture.overAt = record.at;
      capture.lastAt = record.at;
    } else {
      capture.intervals.push(record.interval);
      if (record.interval.kind !== 'withheld') return;
      // Withheld intervals are written when the gate opens: what arrives from then on may be missing.
      capture.closedSince = undefined;
      capture.lastAt = latest(instant(record.interval.to - microsecond), capture.lastAt);
    }
  }
}

/** How many chunks of its segment stand before the record. */
function placeOf(record: SegmentEnd | ChunkRecord): number {
  return record.kind === 'chunk' ? record.number : record.chunkCount;
}

/** Whatever was admitted after the last known instant and up to `to` is lost; `unitCount` of it are known. */
function lose(capture: Growing, { from, to, unitCount }: Interval & { readonly unitCount: number }): void {
  const start = earliest(instant(capture.lastAt + microsecond), from);
  const end = instant(to + microsecond);
  capture.intervals.push({ kind: 'lost', from: start, to: end, unitCount, reason: 'storage' });
  capture.lastAt = latest(to, capture.lastAt);
}

/** A segment without any whole chunk, or without its key, holds nothing that can be kept. */
function finish(segment: OpenSegment): RecoveredSegment | undefined {
  const first = segment.chunks[0];
  const last = segment.chunks.at(-1);
  if (first === undefined || last === undefined || segment.wrappedKey === '') return undefined;
  const { kind: _, ref, ...home } = segment.begin;
  const unitCount = segment.chunks.reduce((sum, chunk) => sum + chunk.unitCount, 0);
  const chunkCount = segment.chunks.length;
  const lastTag = last.tag.toString('hex');
  if (!segment.isEnded) {
    segment.parts.push(encodeRecord({ kind: 'segmentEnd', ref, chunkCount, unitCount, lastTag, isRecovered: true }));
    segment.isEnded = true;
  }
  const from = Math.min(...segment.chunks.map((chunk) => chunk.firstAt)) as Instant;
  const to = instant(Math.max(...segment.chunks.map((chunk) => chunk.lastAt)) + microsecond);
  const facts: SegmentFacts = {
    home,
    captured: { from, to },
    unitCount,
    chunkCount,
    lastTag,
    wrappedKey: segment.wrappedKey,
  };
  const bytes = Buffer.concat(segment.parts);
  return { descriptor: describeSegment(facts, bytes), bytes };
}

/**
 * The interval that a crash leaves: withheld while the gate was shut, lost otherwise; both until recovery. A capture
 * that ended while its gate was shut may lack its last withheld interval only.
 */
export function intervalOfCrash(capture: RecoveredCapture, recoveredAt: Instant): StreamInterval | undefined {
  if (capture.closedSince !== undefined) {
    const to = capture.overAt ?? recoveredAt;
    return capture.closedSince < to ? { kind: 'withheld', from: capture.closedSince, to, unitCount: 0 } : undefined;
  }
  if (capture.overAt !== undefined) return undefined;
  const from = instant(capture.lastAt + microsecond);
  return from < recoveredAt ? { kind: 'lost', from, to: recoveredAt, unitCount: 0, reason: 'crash' } : undefined;
}
