/** Puts ended segments into the blob store and lets their spool space go once that is known elsewhere. */
import { createHash } from 'node:crypto';
import { type BlobStore, Fault, type SegmentDescriptor } from '@tacet/domain';
import { parseSegmentFile } from './segment-reader.ts';
import type { EndedSegment, SegmentHome } from './segment-writer.ts';
import type { Spool } from './spool.ts';

export function blobNameOf(home: SegmentHome): string {
  return `${home.recordingId}/${home.streamId}-${String(home.number).padStart(6, '0')}.segment`;
}

/** What is known of a segment beside its bytes. */
export type SegmentFacts = Pick<
  EndedSegment,
  'home' | 'captured' | 'unitCount' | 'chunkCount' | 'lastTag' | 'wrappedKey'
>;

export function describeSegment(facts: SegmentFacts, bytes: Uint8Array): SegmentDescriptor {
  const { home, captured, unitCount, chunkCount, lastTag, wrappedKey } = facts;
  return {
    id: home.segmentId,
    recordingId: home.recordingId,
    streamId: home.streamId,
    number: home.number,
    captured,
    unitCount,
    chunkCount,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    lastTag,
    wrappedKey,
    blobName: blobNameOf(home),
  };
}

/**
 * Stores a segment: spool durable → blob durable → known to the metadata store → spool released.
 * A crash between any two of these leaves the segment in the spool, and recovery does the rest.
 * @throws Fault storageUnavailable when the spool does not give back what was written; the spool is not released then.
 */
export async function storeSegment(
  segment: EndedSegment,
  spool: Spool,
  blobs: BlobStore,
  tell: (stored: SegmentDescriptor) => Promise<void>,
): Promise<void> {
  await spool.sync();
  const bytes = Buffer.concat(segment.places.map(({ file, offset, length }) => file.file.read(offset, length)));
  const file = parseSegmentFile(bytes);
  if (file?.isWhole !== true || file.chunks.length !== segment.chunkCount) {
    throw new Fault('storageUnavailable', { what: 'spool' });
  }
  const descriptor = describeSegment(segment, bytes);
  await blobs.put(descriptor.blobName, bytes);
  await tell(descriptor);
  for (const file of segment.files) spool.release(file);
}
