/** After a crash: what the spool files say, whole chunks kept, the rest reported as lost, never guessed. */
import {
  earliest,
  type Instant,
  type Interval,
  instant,
  latest,
  type SegmentDescriptor,
  type SegmentId,
  type StreamId,
  type StreamInterval,
} from '@tacet/domain';
import type { ChainEnd } from './capture-ports.ts';
import {
  type CaptureLive,
  type ChunkRecord,
  encodeRecord,
  type FileRecord,
  type RecordSource,
  readRecordBlocks,
  type SegmentBegin,
  type SegmentEnd,
  type SegmentKey,
} from './record-format.ts';
import { describeSegment, type SegmentFacts } from './segment-shelf.ts';

/** A segment found in a spool, read from there when it is wanted. */
export interface RecoveredSegment {
  readonly id: SegmentId;
  /** With the hash of the bytes, for which they are read. */
  readonly descriptor: SegmentDescriptor;
  readonly bytes: Buffer;
}

/** What a spool tells of one capture. */
export interface RecoveredCapture {
  readonly live: CaptureLive;
  /** When this run first told of it. */
  readonly begunAt: Instant;
  readonly segments: readonly RecoveredSegment[];
  readonly intervals: readonly StreamInterval[];
  /** Since when the gate was shut when the record breaks off; `undefined` when it was open. */
  readonly closedSince: Instant | undefined;
  /** The capture ended in order, before the crash. */
  readonly overAt: Instant | undefined;
  /** The last instant of which the spool knows anything: every unit admitted up to it is kept or reported as lost. */
  readonly lastAt: Instant;
  /** Where the chain of its segments stands. */
  readonly chain: ChainEnd;
}

const microsecond = 0.001;

/** Bytes of a segment, where they lie. */
interface Part {
  readonly source: RecordSource;
  readonly offset: number;
  readonly length: number;
}

interface OpenSegment {
  readonly ref: number;
  readonly streamId: StreamId;
  /** Absent where an earlier file, which was not read, has the beginning. */
  readonly begin: SegmentBegin | undefined;
  wrappedKey: string;
  readonly parts: Part[];
  chunkCount: number;
  unitCount: number;
  captured: Interval | undefined;
  lastTag: string;
  isEnded: boolean;
}

interface Growing {
  live: CaptureLive;
  readonly begunAt: Instant;
  readonly segments: OpenSegment[];
  readonly intervals: StreamInterval[];
  /** What was missing when the record breaks off and had not been told of: it will not come any more. */
  waiting: readonly StreamInterval[];
  closedSince: Instant | undefined;
  overAt: Instant | undefined;
  lastAt: Instant;
  chain: ChainEnd;
}

/** Reads the spool files of one run, in the order they were written; the last one alone tells how things stood. */
export class SpoolReading {
  readonly #captures = new Map<StreamId, Growing>();
  readonly #segments = new Map<number, OpenSegment>();

  /** @returns bytes at the end of the file that are torn or damaged. */
  read(file: Buffer | RecordSource): number {
    const steps = this.steps(Buffer.isBuffer(file) ? inMemory(file) : file);
    for (;;) {
      const next = steps.next();
      if (next.done) return next.value;
    }
  }

  /** Reads a file in steps, so that others can have their turn in between. */
  *steps(source: RecordSource): Generator<void, number> {
    const blocks = readRecordBlocks(source);
    for (;;) {
      const next = blocks.next();
      if (next.done) return source.size - next.value;
      for (const { record, offset, length } of next.value) this.#take(record, { source, offset, length });
      yield;
    }
  }

  captures(): readonly RecoveredCapture[] {
    return [...this.#captures.values()].map((found) => ({
      live: found.live,
      begunAt: found.begunAt,
      segments: found.segments.flatMap((segment) => finish(segment) ?? []),
      intervals: [...found.intervals, ...untold(found)],
      closedSince: found.closedSince,
      overAt: found.overAt,
      lastAt: found.lastAt,
      chain: found.chain,
    }));
  }

  #take(record: FileRecord, part: Part): void {
    if (record.kind === 'segmentBegin') this.#begin(record, part);
    else if (record.kind === 'captureLive') this.#live(record);
    else if ('ref' in record) this.#grow(record, part);
    else this.#mark(record);
  }

  #begin(begin: SegmentBegin, part: Part): void {
    const { ref, streamId, previousTag } = begin;
    const segment = newSegment({ ref, streamId, begin, chunkCount: 0, lastTag: previousTag });
    segment.parts.push(part);
    this.#segments.set(ref, segment);
    this.#captures.get(streamId)?.segments.push(segment);
  }

  #live(live: CaptureLive): void {
    const { streamId, segment } = live;
    if (segment !== undefined && !this.#segments.has(segment.ref)) {
      this.#segments.set(segment.ref, newSegment({ ...segment, streamId, begin: undefined }));
    }
    const known = this.#captures.get(streamId);
    const closedSince = live.isOpen ? undefined : live.since;
    if (known === undefined) {
      const { nextSegmentNumber, previousTag } = live;
      const chain = { nextSegmentNumber, previousTag: segment?.lastTag ?? previousTag };
      const empty = { begunAt: live.at, segments: [], intervals: [], waiting: [], overAt: undefined };
      this.#captures.set(streamId, { live, ...empty, closedSince, lastAt: live.keptUntil, chain });
      return;
    }
    if (known.overAt !== undefined) {
      // Rule: a capture that could not begin on one port is live on the next
      known.overAt = undefined;
      known.lastAt = latest(live.keptUntil, known.lastAt);
    }
    // The capture had written more than was read: an earlier file is damaged.
    if (live.keptUntil > known.lastAt) lose(known, { from: live.keptUntil, to: live.keptUntil, unitCount: 0 });
    known.live = live;
    known.closedSince = closedSince;
  }

  #grow(record: SegmentKey | SegmentEnd | ChunkRecord, part: Part): void {
    const segment = this.#segments.get(record.ref);
    if (segment === undefined) return;
    if (record.kind === 'segmentKey') {
      segment.wrappedKey = record.wrappedKey;
      return;
    }
    const isNext = !segment.isEnded && segment.chunkCount === placeOf(record);
    if (isNext) segment.parts.push(part);
    if (record.kind === 'segmentEnd') {
      if (isNext) segment.isEnded = true;
      return;
    }
    const capture = this.#captures.get(segment.streamId);
    if (isNext) addChunk(segment, record, capture);
    // Behind a hole in its chain a chunk cannot be verified any more.
    else if (capture !== undefined) {
      lose(capture, { from: record.firstAt, to: record.lastAt, unitCount: record.unitCount });
    }
    if (capture !== undefined) capture.lastAt = latest(record.lastAt, capture.lastAt);
  }

  #mark(
    record: Extract<FileRecord, { readonly kind: 'gateClosed' | 'intervalSeen' | 'gapsWaiting' | 'captureOver' }>,
  ): void {
    const capture = this.#captures.get(record.streamId);
    if (capture === undefined) return;
    if (record.kind === 'gateClosed') {
      capture.closedSince = record.at;
      capture.lastAt = record.at;
    } else if (record.kind === 'gapsWaiting') {
      capture.waiting = record.intervals;
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

/** Gaps that waited for late packets; one that was told of since is not told of twice. */
function untold({ waiting, intervals, overAt }: Growing): readonly StreamInterval[] {
  if (overAt !== undefined) return [];
  return waiting.filter(({ from }) => !intervals.some((seen) => seen.kind === 'lost' && seen.from === from));
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

function inMemory(file: Buffer): RecordSource {
  return { size: file.length, read: (offset, length) => file.subarray(offset, offset + length) };
}

function newSegment(head: Pick<OpenSegment, 'ref' | 'streamId' | 'begin' | 'chunkCount' | 'lastTag'>): OpenSegment {
  return { wrappedKey: '', parts: [], unitCount: 0, captured: undefined, isEnded: false, ...head };
}

function addChunk(segment: OpenSegment, chunk: ChunkRecord, capture: Growing | undefined): void {
  const { firstAt, unitCount } = chunk;
  const to = instant(chunk.lastAt + microsecond);
  const known = segment.captured ?? { from: firstAt, to };
  segment.captured = { from: earliest(firstAt, known.from), to: latest(to, known.to) };
  segment.chunkCount += 1;
  segment.unitCount += unitCount;
  segment.lastTag = chunk.tag.toString('hex');
  if (capture === undefined || (segment.begin !== undefined && segment.wrappedKey === '')) return;
  const nextSegmentNumber = segment.begin === undefined ? capture.chain.nextSegmentNumber : segment.begin.number + 1;
  capture.chain = { nextSegmentNumber, previousTag: segment.lastTag };
}

/** A segment without any whole chunk, or without its key, holds nothing that can be kept. */
function finish(segment: OpenSegment): RecoveredSegment | undefined {
  const { begin, captured, wrappedKey, chunkCount, unitCount, lastTag } = segment;
  if (begin === undefined || captured === undefined || wrappedKey === '') return undefined;
  const { kind: _, ref, ...home } = begin;
  const facts: SegmentFacts = { home, captured, unitCount, chunkCount, lastTag, wrappedKey };
  const end = encodeRecord({ kind: 'segmentEnd', ref, chunkCount, unitCount, lastTag, isRecovered: true });
  const read = (): Buffer => {
    const parts = segment.parts.map(({ source, offset, length }) => source.read(offset, length));
    return Buffer.concat(segment.isEnded ? parts : [...parts, end]);
  };
  let descriptor: SegmentDescriptor | undefined;
  return {
    id: begin.segmentId,
    get bytes() {
      return read();
    },
    get descriptor() {
      descriptor ??= describeSegment(facts, read());
      return descriptor;
    },
  };
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
