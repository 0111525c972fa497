/** The port for everything that is not media: conversations, recordings, spans, segments, audit. */
import type { AuditDraft, AuditEntry } from '../audit.ts';
import type { Conversation } from '../conversation.ts';
import type { ConversationId, RecordingId, StreamId } from '../ids.ts';
import type { Recording, SegmentDescriptor, StreamTimeline } from '../recording.ts';
import type { WithheldSpan } from '../withheld-span.ts';

/** One change, all of it or nothing. Values replace what is stored under their id. */
export interface WriteBatch {
  readonly conversations?: readonly Conversation[];
  readonly recordings?: readonly Recording[];
  readonly spans?: readonly WithheldSpan[];
  readonly segments?: readonly SegmentDescriptor[];
  /** Intervals are added to what is known of their stream; the same interval twice is kept once. */
  readonly timelines?: readonly StreamTimeline[];
  readonly audit?: readonly AuditDraft[];
}

export interface ConversationQuery {
  readonly state?: 'active' | 'ended';
  readonly participantAddress?: string;
  readonly externalId?: { readonly name?: string; readonly value: string };
  /** Page size, 1 to 100. */
  readonly limit: number;
  /** Items to leave out from the start. */
  readonly offset: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export interface AuditQuery {
  readonly conversationId?: ConversationId;
  readonly after?: number;
  readonly limit: number;
}

export interface MetadataStore {
  /**
   * Durable when it resolves. Batches become durable in the order of the calls; several may share one sync.
   * @throws Fault storageUnavailable; nothing of the batch is kept then.
   */
  commit(batch: WriteBatch): Promise<void>;
  conversation(id: ConversationId): Promise<Conversation | undefined>;
  findConversations(query: ConversationQuery): Promise<Page<Conversation>>;
  recording(id: RecordingId): Promise<Recording | undefined>;
  recordingsOf(id: ConversationId): Promise<readonly Recording[]>;
  spansOf(id: ConversationId): Promise<readonly WithheldSpan[]>;
  segmentsOf(id: RecordingId): Promise<readonly SegmentDescriptor[]>;
  timelineOf(id: StreamId): Promise<StreamTimeline>;
  audit(query: AuditQuery): Promise<Page<AuditEntry>>;
}
