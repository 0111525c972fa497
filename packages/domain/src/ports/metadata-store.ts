/** The port for everything that is not media: conversations, recordings, spans, segments, audit. */
import type { AuditDraft, AuditEntry } from '../audit.ts';
import type { Conversation } from '../conversation.ts';
import type { DocumentChange, DocumentKind, DocumentKinds } from '../document.ts';
import type { EventDraft } from '../event.ts';
import type { ConversationId, DivisionId, RecordingId, StreamId, UserId } from '../ids.ts';
import type { MediaType } from '../media-type.ts';
import type { Recording, SegmentDescriptor, StreamTimeline } from '../recording.ts';
import type { Interval } from '../timeline.ts';
import type { WithheldSpan } from '../withheld-span.ts';

/** One change, all of it or nothing. Values replace what is stored under their id. */
export interface WriteBatch {
  readonly conversations?: readonly Conversation[];
  readonly recordings?: readonly Recording[];
  readonly spans?: readonly WithheldSpan[];
  readonly segments?: readonly SegmentDescriptor[];
  /** Intervals are added to what is known of their stream; the same interval twice is kept once. */
  readonly timelines?: readonly StreamTimeline[];
  readonly documents?: readonly DocumentChange[];
  readonly audit?: readonly AuditDraft[];
  /** What is to be told of the change; numbered in the order in which changes become durable. */
  readonly events?: readonly EventDraft[];
}

/** Conversations in which a user takes part, or took part. */
export interface Participation {
  readonly userId: UserId;
  /** With a communication of this type. */
  readonly mediaType?: MediaType;
  /** Of which one is not over. */
  readonly isOpen?: true;
}

export interface ConversationQuery {
  readonly state?: 'active' | 'ended';
  readonly participantAddress?: string;
  readonly externalId?: { readonly name?: string; readonly value: string };
  readonly participation?: Participation;
  /** In one of these divisions; none of them finds nothing. */
  readonly divisionIds?: readonly DivisionId[];
  /** Started at or after `from` and before `to`. */
  readonly started?: Interval;
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
  document<K extends DocumentKind>(kind: K, id: string): Promise<DocumentKinds[K] | undefined>;
  /** All of a kind, or those of one parent, in the order in which they were first set. */
  documentsOf<K extends DocumentKind>(kind: K, parentId?: string): Promise<readonly DocumentKinds[K][]>;
  audit(query: AuditQuery): Promise<Page<AuditEntry>>;
}
