/** What a data folder keeps of one conversation, read with its own keys while the server runs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSegmentFile, unsealChunks } from '@tacet/capture';
import type {
  Conversation,
  ConversationId,
  MediaType,
  Recording,
  RecordingId,
  SegmentDescriptor,
  StreamInterval,
} from '@tacet/domain';
import { FileKeyService, openDatabaseToRead, SqliteMetadataStore } from '@tacet/server/store';
import type { KeptPacket } from './judge.ts';
import { isSilenced, markIn, type PayloadMark } from './payload.ts';
import { itemNumberIn } from './written-items.ts';

export interface KeptStream {
  readonly recordingId: RecordingId;
  readonly mediaType: MediaType;
  readonly label: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** By the stream number in the mark; what is no call has no such number, and stands under 0. */
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
  return findConversation(dataDir, ({ externalIds }) => externalIds.some(({ value }) => value === key));
}

/** The conversation in which somebody takes part, while it is going on. */
export function conversationWith(dataDir: string, address: string): Promise<Conversation | undefined> {
  return findConversation(dataDir, ({ participants }) => participants.some((one) => one.address === address));
}

function findConversation(
  dataDir: string,
  isMeant: (conversation: Conversation) => boolean,
): Promise<Conversation | undefined> {
  return withStore(dataDir, async (store) => {
    for (let offset = 0; ; offset += 100) {
      const { items } = await store.findConversations({ state: 'active', limit: 100, offset });
      const found = items.find(isMeant);
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
async function readInto(
  packets: Packets,
  dataDir: string,
  { segment, mediaType }: { readonly segment: SegmentDescriptor; readonly mediaType: MediaType },
): Promise<void> {
  const file = parseSegmentFile(await readFile(join(dataDir, 'blobs', segment.blobName)));
  const keys = new FileKeyService(dataDir, { mayCreate: false });
  const key = keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
  if (file === undefined || key === undefined) throw new Error(`Segment ${segment.id} cannot be read.`);
  for (const outcome of unsealChunks(file, key)) {
    if (!outcome.ok) throw new Error(`A chunk of segment ${segment.id} cannot be read: ${outcome.flaw}`);
    for (const { bytes, arrivedAt } of outcome.chunk.units) {
      if (mediaType === 'call' && isSilenced(bytes)) continue;
      const mark = mediaType === 'call' ? markIn(bytes) : itemIn(bytes);
      if (mark === undefined) throw new Error(`Segment ${segment.id} holds what nobody sent.`);
      const ofStream = packets.get(mark.stream) ?? [];
      packets.set(mark.stream, ofStream);
      ofStream.push({ number: mark.number, arrivedAt });
    }
  }
}

/** What is written, or typed in a page: it says its number as text. */
function itemIn(bytes: Uint8Array): PayloadMark | undefined {
  const number = itemNumberIn(Buffer.from(bytes).toString('latin1'));
  return number === undefined ? undefined : { stream: 0, number };
}

async function keptOfRecording(
  store: SqliteMetadataStore,
  dataDir: string,
  recording: Recording,
): Promise<readonly KeptStream[]> {
  const { mediaType } = recording;
  const segments = await store.segmentsOf(recording.id);
  const kept: KeptStream[] = [];
  for (const { id: streamId, label, startedAt, endedAt = Number.POSITIVE_INFINITY } of recording.streams) {
    const packets: Packets = new Map();
    for (const segment of segments) {
      if (segment.streamId === streamId) await readInto(packets, dataDir, { segment, mediaType });
    }
    const { intervals } = await store.timelineOf(streamId);
    kept.push({ recordingId: recording.id, mediaType, label, startedAt, endedAt, packets, intervals });
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
