/** A recording session as `control` knows it: who takes part and which streams carry them, whatever protocol told it. */
import type { Codec, ConversationId, ExternalId, RecordingId, StreamId } from '@tacet/domain';

export interface SessionParticipant {
  /** The source's own id of the participant (`participant_id` of RFC 7865). */
  readonly sourceId: string;
  /** Address of record. */
  readonly address: string;
  readonly name?: string;
}

export interface SessionStream {
  /** `a=label`, or the place of the `m=` line where there is none. */
  readonly label: string;
  readonly codecs: readonly Codec[];
  /** Every payload type that belongs to the stream, telephone events included. */
  readonly payloadTypes: readonly number[];
  /** Source ids of the participants heard in it. */
  readonly owners: readonly string[];
}

export interface SessionDescription {
  /** Joins recording sessions to one conversation: communication session and group ids (RFC 7865 §6.2, §6.3). */
  readonly conversationKeys: readonly string[];
  readonly externalIds: readonly ExternalId[];
  readonly participants: readonly SessionParticipant[];
  readonly streams: readonly SessionStream[];
}

export interface SessionStarted {
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
  readonly streams: readonly SessionStreamStarted[];
}

export interface SessionStreamStarted {
  readonly streamId: StreamId;
  readonly label: string;
  readonly port: number;
}
