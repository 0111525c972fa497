/** What happened to conversations and recordings, as the outbox keeps it for those who want to be told. */
import type { Conversation } from './conversation.ts';
import type { ConversationId, DivisionId, ParticipantId, RecordingId, SpanId, UserId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { RecordingFileState } from './recording.ts';
import type { PauseCause, RecordingState } from './recording-state.ts';
import type { AnnotationReason, Asked } from './withheld-span.ts';

interface EventFacts {
  readonly at: Instant;
  /** Names the request that caused it, or else the conversation. */
  readonly correlationId: string;
}

/** Something that readers of a conversation can see has changed; the event carries all of it, as it is from now on. */
export interface ConversationChanged extends EventFacts {
  readonly kind: 'conversationChanged';
  readonly conversation: Conversation;
  readonly recordingState: RecordingState;
  /** Participants whose media is being captured. */
  readonly captured: readonly ParticipantId[];
  /** Users whom it concerns: who take part, or whose own part has just changed. */
  readonly userIds: readonly UserId[];
}

/** A recording has begun, or its file has come into another state. */
export interface RecordingChanged extends EventFacts {
  readonly kind: 'recordingChanged';
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
  readonly fileState: RecordingFileState;
}

/** Who asked, without the address of the machine. */
export type EventActor = Omit<Asked, 'from'>;

/** A conversation's recording was paused or resumed, began or ended (P7, P9). */
export interface RecordingStateChanged extends EventFacts {
  readonly kind: 'recordingStateChanged';
  readonly conversationId: ConversationId;
  readonly divisionId: DivisionId;
  /** Users whom it concerns, as in `ConversationChanged`. */
  readonly userIds: readonly UserId[];
  readonly state: RecordingState;
  readonly isSecurePause: boolean;
  readonly by?: EventActor;
  readonly cause?: PauseCause;
  readonly reason?: AnnotationReason;
  readonly spanId?: SpanId;
  /** From here on nothing is kept; of a pause that is over, where it began. */
  readonly closedAt?: Instant;
  readonly openedAt?: Instant;
  /** Units withheld in the pause that is over. */
  readonly withheldCount?: number;
}

/** An event before it has its number. */
export type EventDraft = ConversationChanged | RecordingChanged | RecordingStateChanged;

/** An event with its place in the outbox: from 1, without holes, in the order in which changes became durable. */
export type StoredEvent = EventDraft & { readonly number: number };
