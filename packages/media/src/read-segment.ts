/** A stored segment back into units, each chunk verified before it is used. */
import { parseSegmentFile, type StoredUnit, unsealChunks } from '@tacet/capture';
import { type BlobStore, Fault, type Instant, type KeyService, type SegmentDescriptor } from '@tacet/domain';

/** Where segments and their keys are. */
export interface SegmentPorts {
  readonly blobs: Pick<BlobStore, 'read'>;
  readonly keys: Pick<KeyService, 'unwrap'>;
}

export interface ReadSegment {
  /** In the order of arrival. */
  readonly units: readonly StoredUnit[];
  /** The segment is damaged: of what arrived from here on nothing is known. */
  readonly flaw: { readonly from: Instant; readonly fault: Fault } | undefined;
}

function damage(segment: SegmentDescriptor, what: string): Fault {
  const { recordingId, streamId, number } = segment;
  return new Fault('recordingDamaged', { recordingId, streamId, segment: number, what });
}

/**
 * Reads a segment as far as it verifies.
 * @throws Fault recordingDamaged when the blob is not there; storageUnavailable when it cannot be read now.
 */
export async function readSegment(segment: SegmentDescriptor, ports: SegmentPorts): Promise<ReadSegment> {
  const units: StoredUnit[] = [];
  let from = segment.captured.from;
  const broken = (what: string): ReadSegment => ({ units, flaw: { from, fault: damage(segment, what) } });
  const bytes = await ports.blobs.read(segment.blobName);
  const file = parseSegmentFile(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  if (file === undefined || file.begin.segmentId !== segment.id) return broken('segmentUnreadable');
  const key = ports.keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
  if (key === undefined) return broken('keyUnreadable');
  for (const outcome of unsealChunks(file, key)) {
    if (!outcome.ok) return broken(outcome.flaw);
    for (const unit of outcome.chunk.units) units.push(unit);
    from = outcome.chunk.lastAt;
  }
  // The seals hold each chunk to the one before; that none is missing at the end only the description can tell.
  const lastTag = file.chunks.at(-1)?.tag.toString('hex');
  if (lastTag !== segment.lastTag) return broken('chunkMissing');
  return { units, flaw: undefined };
}
