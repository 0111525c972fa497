/** What a data folder keeps of one conversation, read with its own keys while the server runs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSegmentFile, unsealChunks } from '@tacet/capture';
import type { Conversation, ConversationId, Recording, SegmentDescriptor, StreamInterval } from '@tacet/domain';
import { FileKeyService, openDatabaseToRead, SqliteMetadataStore } from '@tacet/server/store';
import type { KeptPacket } from './judge.ts';
import { isSilenced, markIn } from './payload.ts';

export interface KeptStream {
  readonly label: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** By the stream number in the mark. */
  readonly packets: ReadonlyMap<number, readonly KeptPacket[]>;
  readonly intervals: readonly StreamInterval[];
}

async function withStore<T>(dataDir: string, work: (store: SqliteMetadataStore) => Promise<T>): Promise<T> {
  const db = openDatabaseToRead(dataDir);
  try {
    return await work(new SqliteMetadataStore(db));
  } finally {
    db.close();
  }
}

/** The conversation that the server made of a communication session, while it is going on. */
export function conversationOf(dataDir: string, key: string): Promise<Conversation | undefined> {
  return withStore(dataDir, async (store) => {
    for (let offset = 0; ; offset += 100) {
      const { items } = await store.findConversations({ state: 'active', limit: 100, offset });
      const found = items.find(({ externalIds }) => externalIds.some(({ value }) => value === key));
      if (found !== undefined || items.length < 100) return found;
    }
  });
}

/** Whether every recording of the conversation has come to its end, and all its media is said to be there. */
export function isOver(dataDir: string, id: ConversationId): Promise<boolean> {
  return withStore(dataDir, async (store) => {
    const recordings = await store.recordingsOf(id);
    return recordings.every(({ endedAt, fileState }) => endedAt !== undefined && fileState !== 'UPLOADING');
  });
}

type Packets = Map<number, KeptPacket[]>;

/** @throws Error when the segment cannot be read or verified, or holds what nobody sent. */
async function readInto(packets: Packets, dataDir: string, segment: SegmentDescriptor): Promise<void> {
  const file = parseSegmentFile(await readFile(join(dataDir, 'blobs', segment.blobName)));
  const keys = new FileKeyService(dataDir, { mayCreate: false });
  const key = keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
  if (file === undefined || key === undefined) throw new Error(`Segment ${segment.id} cannot be read.`);
  for (const outcome of unsealChunks(file, key)) {
    if (!outcome.ok) throw new Error(`A chunk of segment ${segment.id} cannot be read: ${outcome.flaw}`);
    for (const { bytes, arrivedAt } of outcome.chunk.units) {
      if (isSilenced(bytes)) continue;
      const mark = markIn(bytes);
      if (mark === undefined) throw new Error(`Segment ${segment.id} holds what nobody sent.`);
      const ofStream = packets.get(mark.stream) ?? [];
      packets.set(mark.stream, ofStream);
      ofStream.push({ number: mark.number, arrivedAt });
    }
  }
}

async function keptOfRecording(
  store: SqliteMetadataStore,
  dataDir: string,
  recording: Recording,
): Promise<readonly KeptStream[]> {
  const segments = await store.segmentsOf(recording.id);
  const kept: KeptStream[] = [];
  for (const { id: streamId, label, startedAt, endedAt = Number.POSITIVE_INFINITY } of recording.streams) {
    const packets: Packets = new Map();
    for (const segment of segments) if (segment.streamId === streamId) await readInto(packets, dataDir, segment);
    const { intervals } = await store.timelineOf(streamId);
    kept.push({ label, startedAt, endedAt, packets, intervals });
  }
  return kept;
}

/** @throws Error when something that is in store cannot be read or verified. */
export function keptOf(dataDir: string, id: ConversationId): Promise<readonly KeptStream[]> {
  return withStore(dataDir, async (store) => {
    const kept: KeptStream[] = [];
    for (const recording of await store.recordingsOf(id))
      kept.push(...(await keptOfRecording(store, dataDir, recording)));
    return kept;
  });
}
