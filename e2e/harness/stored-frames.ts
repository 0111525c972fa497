/** The frames that a data folder holds, read with its own keys: from its segments, or from what a crash left behind. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskSpoolFolder, parseSegmentFile, unsealChunks } from '@tacet/capture';
import type { KeyService, Recording, SegmentDescriptor, StreamInterval, WithheldSpan } from '@tacet/domain';
import { readSpools } from '@tacet/server/control';
import { FileKeyService, openDatabaseToRead, SqliteMetadataStore } from '@tacet/server/store';
import { isRtcp } from '@tacet/wire/rtp';
import { type Mark, marksIn } from './marks.ts';

export interface StoredFrame extends Mark {
  readonly recordingId: string;
  readonly streamId: string;
  readonly arrivedAt: number;
  /** The whole RTP packet, as it is in store. */
  readonly packet: Uint8Array;
}

interface StoredOfStream {
  readonly bytes: Uint8Array;
  readonly arrivedAt: number;
  readonly recordingId: string;
  readonly streamId: string;
}

/** What the database tells of a stream that was not kept. */
export interface StoredStream {
  readonly streamId: string;
  readonly intervals: readonly StreamInterval[];
}

export interface StoredRecording {
  readonly recording: Recording;
  readonly streams: readonly StoredStream[];
}

export interface StoredCalls {
  readonly frames: readonly StoredFrame[];
  /** Ids of the recordings in which RTCP is stored, once for each report. */
  readonly reportedIds: readonly string[];
  readonly recordings: readonly StoredRecording[];
  readonly spans: readonly WithheldSpan[];
}

function unitsOf(descriptor: SegmentDescriptor, bytes: Buffer, keys: KeyService): readonly StoredOfStream[] {
  const { id, recordingId, streamId, wrappedKey } = descriptor;
  const file = parseSegmentFile(bytes);
  const key = keys.unwrap(Buffer.from(wrappedKey, 'base64'), id);
  if (file === undefined || key === undefined) throw new Error(`Segment ${id} cannot be read.`);
  return [...unsealChunks(file, key)].flatMap((outcome) => {
    if (!outcome.ok) throw new Error(`A chunk of segment ${id} cannot be read: ${outcome.flaw}`);
    return outcome.chunk.units.map((unit) => ({ ...unit, recordingId, streamId }));
  });
}

function framesOf(descriptor: SegmentDescriptor, bytes: Buffer, keys: KeyService): readonly StoredFrame[] {
  return unitsOf(descriptor, bytes, keys).flatMap(({ bytes: packet, recordingId, streamId, arrivedAt }) => {
    const [mark] = marksIn(Buffer.from(packet));
    return mark === undefined ? [] : [{ ...mark, recordingId, streamId, arrivedAt, packet }];
  });
}

/** Everything in store. The server may run: a recording that has ended is whole there. */
export async function readStore(dataDir: string): Promise<StoredCalls> {
  const db = openDatabaseToRead(dataDir);
  try {
    const store = new SqliteMetadataStore(db);
    const keys = new FileKeyService(dataDir, { mayCreate: false });
    const frames: StoredFrame[] = [];
    const reportedIds: string[] = [];
    const recordings: StoredRecording[] = [];
    const spans: WithheldSpan[] = [];
    const { items } = await store.findConversations({ limit: 100, offset: 0 });
    for (const { id } of items) {
      spans.push(...(await store.spansOf(id)));
      for (const recording of await store.recordingsOf(id)) {
        for (const segment of await store.segmentsOf(recording.id)) {
          const bytes = await readFile(join(dataDir, 'blobs', segment.blobName));
          frames.push(...framesOf(segment, bytes, keys));
          for (const unit of unitsOf(segment, bytes, keys)) if (isRtcp(unit.bytes)) reportedIds.push(unit.recordingId);
        }
        const streams = recording.streams.map(async ({ id: streamId }) => store.timelineOf(streamId));
        recordings.push({ recording, streams: await Promise.all(streams) });
      }
    }
    return { frames, reportedIds, recordings, spans };
  } finally {
    db.close();
  }
}

/** Everything that lies in the spool of a server that is gone. */
export function readSpool(dataDir: string): readonly StoredFrame[] {
  const keys = new FileKeyService(dataDir, { mayCreate: false });
  const folder = diskSpoolFolder(join(dataDir, 'spool'), 'test');
  using opened = new DisposableStack();
  return [...readSpools(folder, opened)].flatMap(({ segments }) =>
    segments.flatMap(({ descriptor, bytes }) => framesOf(descriptor, bytes, keys)),
  );
}
