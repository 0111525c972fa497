/** The proof: chains unbroken, seals whole, and nothing stored where something was withheld (P9). */
import { createHash } from 'node:crypto';
import {
  collisions,
  type Instant,
  type Interval,
  type KeyService,
  type SegmentDescriptor,
  type StreamId,
} from '@tacet/domain';
import { parseSegmentFile, type SegmentFile, unsealChunks } from './segment-reader.ts';
import { noTag } from './segment-writer.ts';

export type FlawKind =
  | 'segmentMissing'
  | 'segmentUnreadable'
  | 'segmentChanged'
  | 'segmentForeign'
  | 'chainBroken'
  | 'sealBroken'
  | 'chunkMissing'
  | 'unitsUnreadable'
  | 'unitOutsideChunk'
  | 'keyUnreadable'
  | 'storedWithinWithheld'
  | 'spansPause';

/** One thing that is wrong. */
export interface Finding {
  readonly flaw: FlawKind;
  readonly streamId: StreamId;
  readonly segmentNumber: number;
  /** A sentence with ids and instants, never content. */
  readonly detail: string;
}

/** A stream with all that is claimed about it. */
export interface StreamEvidence {
  readonly streamId: StreamId;
  readonly segments: readonly SegmentDescriptor[];
  /** From the stream's own timeline and from the conversation's spans; units inside any of them are leaks. */
  readonly withheld: readonly Interval[];
}

export interface ProofPorts {
  /** The segment file, or `undefined` when it is not there. */
  readonly read: (segment: SegmentDescriptor) => Promise<Buffer | undefined>;
  readonly keys: KeyService;
}

const microsecond = 0.001;

function* proveContent(
  segment: SegmentDescriptor,
  file: SegmentFile,
  key: Uint8Array,
  withheld: readonly Interval[],
): Generator<Omit<Finding, 'streamId' | 'segmentNumber'>> {
  for (const outcome of unsealChunks(file, key)) {
    if (!outcome.ok) {
      yield { flaw: outcome.flaw, detail: `chunk ${outcome.number} of segment ${segment.id}` };
      return;
    }
    const stored = outcome.chunk.units.map((unit) => ({
      from: unit.arrivedAt,
      to: (unit.arrivedAt + microsecond / 2) as Instant,
    }));
    const leaks = collisions(stored, withheld);
    if (leaks.length > 0) {
      const detail = `${leaks.length} units of segment ${segment.id} arrived inside a withheld interval`;
      yield { flaw: 'storedWithinWithheld', detail };
    }
  }
}

function* proveFrame(
  segment: SegmentDescriptor,
  file: SegmentFile,
  previousTag: string,
  place: number,
): Generator<Omit<Finding, 'streamId' | 'segmentNumber'>> {
  const { begin } = file;
  const isOwn = begin.streamId === segment.streamId && begin.recordingId === segment.recordingId;
  if (begin.segmentId !== segment.id || !isOwn) {
    yield { flaw: 'segmentForeign', detail: `the file of segment ${segment.id} holds another one` };
  }
  if (segment.number !== place || begin.number !== place || begin.previousTag !== previousTag) {
    yield { flaw: 'chainBroken', detail: `segment ${segment.number} does not follow on the one before` };
  }
  if (!file.isWhole) yield { flaw: 'segmentUnreadable', detail: `segment ${segment.id} breaks off` };
  const last = file.chunks.at(-1)?.tag.toString('hex');
  if (last !== segment.lastTag || file.chunks.length !== segment.chunkCount) {
    yield { flaw: 'chunkMissing', detail: `segment ${segment.id} should have ${segment.chunkCount} chunks` };
  }
}

async function* proveSegment(
  segment: SegmentDescriptor,
  evidence: StreamEvidence,
  before: { readonly tag: string; readonly place: number },
  ports: ProofPorts,
): AsyncGenerator<Omit<Finding, 'streamId' | 'segmentNumber'>> {
  const crossing = collisions([segment.captured], evidence.withheld);
  if (crossing.length > 0)
    yield { flaw: 'spansPause', detail: `segment ${segment.id} reaches into a withheld interval` };
  if (segment.streamId !== evidence.streamId)
    yield { flaw: 'segmentForeign', detail: `segment ${segment.id} belongs to another stream` };
  const bytes = await ports.read(segment);
  // What lost its key on purpose may be gone; that it was on purpose is for the audit log to say.
  if (bytes === undefined && segment.wrappedKey === '') return;
  if (bytes === undefined) {
    yield { flaw: 'segmentMissing', detail: `no file for segment ${segment.id}` };
    return;
  }
  if (createHash('sha256').update(bytes).digest('hex') !== segment.sha256) {
    yield { flaw: 'segmentChanged', detail: `the file of segment ${segment.id} is not what was stored` };
  }
  const file = parseSegmentFile(bytes);
  if (file === undefined) {
    yield { flaw: 'segmentUnreadable', detail: `segment ${segment.id} has no beginning` };
    return;
  }
  yield* proveFrame(segment, file, before.tag, before.place);
  // Keys that were destroyed leave the frame and its hash to be checked, and nothing else to be read.
  if (segment.wrappedKey === '') return;
  const key = ports.keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
  if (key === undefined) yield { flaw: 'keyUnreadable', detail: `the key of segment ${segment.id} does not unwrap` };
  else yield* proveContent(segment, file, key, evidence.withheld);
}

/** Proves one stream; yields every flaw, and nothing when it keeps its promises. */
export async function* proveStream(evidence: StreamEvidence, ports: ProofPorts): AsyncGenerator<Finding> {
  const segments = [...evidence.segments].sort((a, b) => a.number - b.number);
  let tag = noTag;
  for (const [place, segment] of segments.entries()) {
    for await (const finding of proveSegment(segment, evidence, { tag, place }, ports)) {
      yield { ...finding, streamId: evidence.streamId, segmentNumber: segment.number };
    }
    tag = segment.lastTag;
  }
}
