/** Captures on a memory spool, with units that can be told apart and read back. */
import {
  type ConversationId,
  type Fault,
  gate,
  type Instant,
  type RecordingId,
  type SegmentDescriptor,
  type StreamId,
  type StreamInterval,
} from '@tacet/domain';
import { ManualClock, MemoryBlobs, MemoryKeys, MemorySpoolFolder, seededIds } from '@tacet/testkit';
import { Capture } from '../src/capture.ts';
import { parseSegmentFile, unsealChunks } from '../src/segment-reader.ts';
import { storeSegment } from '../src/segment-shelf.ts';
import type { EndedSegment } from '../src/segment-writer.ts';
import { Spool } from '../src/spool.ts';
import type { MediaTime, Unit } from '../src/unit.ts';
import type { UnitScreen } from '../src/unit-screen.ts';

export const conversationId = 'c0000000-0000-4000-8000-000000000000' as ConversationId;
export const recordingId = 'a0000000-0000-4000-8000-000000000000' as RecordingId;

/** A payload that names its unit and looks like nothing else. */
export function marked(mark: number, length = 24): Buffer {
  const bytes = Buffer.alloc(length, 0xa5);
  bytes.write(`<${String(mark).padStart(8, '0')}>`, 0, 'latin1');
  return bytes;
}

export function markOf(bytes: Uint8Array): number {
  return Number(Buffer.from(bytes).toString('latin1', 1, 9));
}

/** What a capture told on its own. */
export interface Heard {
  readonly segments: EndedSegment[];
  readonly intervals: StreamInterval[];
  readonly settle: (() => void)[];
}

export class Rig {
  readonly clock = new ManualClock();
  readonly keys = new MemoryKeys(1);
  readonly blobs = new MemoryBlobs();
  readonly ids = seededIds(1);
  readonly folder: MemorySpoolFolder;
  readonly spool: Spool;
  readonly captures: Capture[] = [];
  readonly heard = new Map<StreamId, Heard>();
  readonly stored: SegmentDescriptor[] = [];
  readonly faults: Fault[] = [];
  /** What captures said when they were abandoned. */
  readonly untold = new Map<StreamId, readonly StreamInterval[]>();

  constructor(folder: MemorySpoolFolder = new MemorySpoolFolder()) {
    this.folder = folder;
    this.spool = new Spool({
      folder,
      clock: this.clock,
      preamble: () => this.captures.filter((c) => !c.isOver).map((c) => c.describe(this.clock.now())),
      onFault: (fault) => {
        this.faults.push(fault);
        for (const capture of this.captures) {
          this.untold.set(capture.home.streamId, capture.abandon(this.clock.now()));
        }
      },
    });
  }

  /** A new capture, open from now on or closed from now on; of a stream of its own unless one is named. */
  start(isOpen = true, screen?: UnitScreen, streamId: StreamId = this.ids.next()): Capture {
    const now = this.clock.now();
    const heard: Heard = { segments: [], intervals: [], settle: [] };
    this.heard.set(streamId, heard);
    const initial = isOpen ? gate.openGate(now) : gate.closedGate(now);
    const capture = new Capture({ streamId, recordingId, conversationId }, initial, {
      spool: this.spool,
      keys: this.keys,
      ids: this.ids,
      ...(screen === undefined ? {} : { screen }),
      onSegment: (segment) => heard.segments.push(segment),
      onInterval: (interval, settled) => {
        heard.intervals.push(interval);
        heard.settle.push(settled);
      },
    });
    this.captures.push(capture);
    return capture;
  }

  /** A unit that arrives now. */
  unit(
    mark: number,
    more: { readonly isAnchor?: boolean; readonly media?: MediaTime; readonly bytes?: Buffer } = {},
  ): Unit {
    const { isAnchor = true, bytes = marked(mark), media } = more;
    return { arrivedAt: this.clock.now(), isAnchor, bytes, ...(media === undefined ? {} : { media }) };
  }

  /** Opens the gate of a capture behind a fence, without a guard. */
  resume(capture: Capture, needsAnchor = false): void {
    const now = this.clock.now();
    capture.gatekeeper.open({ notBefore: now, needsAnchor });
    capture.gatekeeper.fenceSent(now);
    capture.fencePassed(now);
  }

  /** Puts every ended segment into store and settles every interval. */
  async shelve(): Promise<void> {
    for (const { segments, settle } of this.heard.values()) {
      for (const segment of segments.splice(0)) {
        await storeSegment(segment, this.spool, this.blobs, async (descriptor) => {
          this.stored.push(descriptor);
        });
      }
      for (const settled of settle.splice(0)) settled();
    }
  }

  heardOf(capture: Capture): Heard {
    const heard = this.heard.get(capture.home.streamId);
    if (heard === undefined) throw new Error('this capture is of another rig');
    return heard;
  }

  /** The units of a segment file, in the order they stand there. */
  unitsOf(
    bytes: Buffer,
    segment: SegmentDescriptor,
  ): readonly { readonly mark: number; readonly arrivedAt: Instant }[] {
    const file = parseSegmentFile(bytes);
    const key = this.keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
    if (file === undefined || key === undefined) throw new Error('the segment cannot be read');
    return [...unsealChunks(file, key)].flatMap((outcome) => {
      if (!outcome.ok) throw new Error(`chunk ${outcome.number}: ${outcome.flaw}`);
      return outcome.chunk.units.map(({ bytes: payload, arrivedAt }) => ({ mark: markOf(payload), arrivedAt }));
    });
  }

  /** The marks of everything in store for a stream, in order. */
  async marksOf(streamId: StreamId): Promise<readonly number[]> {
    const segments = this.stored.filter((s) => s.streamId === streamId).sort((a, b) => a.number - b.number);
    const marks: number[] = [];
    for (const segment of segments) {
      const bytes = Buffer.from(await this.blobs.read(segment.blobName));
      marks.push(...this.unitsOf(bytes, segment).map(({ mark }) => mark));
    }
    return marks;
  }
}
