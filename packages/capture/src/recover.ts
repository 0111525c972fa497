/** After a crash: what the spool files say, whole chunks kept, the rest reported as lost, never guessed. */

import type { SegmentDescriptor } from '@tacet/domain';
import { type Instant, instant, type StreamId, type StreamInterval } from '@tacet/domain';
import {
  type CaptureLive,
  type ChunkRecord,
  encodeRecord,
  type FileRecord,
  readRecords,
  type SegmentBegin,
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
  /** The last instant of which the spool knows anything. */
  readonly lastAt: Instant;
}

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
      this.#captures.set(live.streamId, { live, ...empty, closedSince, lastAt: live.at });
      return;
    }
    known.live = live;
    known.closedSince = closedSince;
    known.lastAt = live.at;
  }

  #grow(record: Extract<FileRecord, { readonly ref: number }>, bytes: Buffer): void {
    const segment = this.#segments.get(record.ref);
    if (segment === undefined) return;
    if (record.kind === 'segmentKey') {
      segment.wrappedKey = record.wrappedKey;
      return;
    }
    segment.parts.push(Buffer.from(bytes));
    if (record.kind === 'segmentEnd') segment.isEnded = true;
    if (record.kind !== 'chunk') return;
    segment.chunks.push({ ...record, sealed: Buffer.alloc(0), tag: Buffer.from(record.tag) });
    const capture = this.#captures.get(segment.begin.streamId);
    if (capture !== undefined && record.lastAt > capture.lastAt) capture.lastAt = record.lastAt;
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
      if (record.interval.kind === 'withheld') capture.closedSince = undefined;
      if (record.interval.to > capture.lastAt) capture.lastAt = record.interval.to;
    }
  }
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
  const to = instant(Math.max(...segment.chunks.map((chunk) => chunk.lastAt)) + 0.001);
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

/** The interval that a crash leaves: withheld while the gate was shut, lost otherwise; both until recovery. */
export function intervalOfCrash(capture: RecoveredCapture, recoveredAt: Instant): StreamInterval | undefined {
  if (capture.overAt !== undefined) return undefined;
  if (capture.closedSince !== undefined) {
    return { kind: 'withheld', from: capture.closedSince, to: recoveredAt, unitCount: 0 };
  }
  const from = instant(capture.lastAt + 0.001);
  return from < recoveredAt ? { kind: 'lost', from, to: recoveredAt, unitCount: 0, reason: 'crash' } : undefined;
}
