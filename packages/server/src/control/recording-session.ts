/** A recording session as `control` knows it: who takes part and which streams carry them, whatever protocol told it. */
import type {
  CaptureRequest,
  Codec,
  ConversationId,
  ExternalId,
  Purpose,
  RecordingId,
  StreamId,
  TrunkDtmf,
} from '@tacet/domain';

export interface SessionParticipant {
  /** The source's own id of the participant (`participant_id` of RFC 7865). */
  readonly sourceId: string;
  /** Address of record. */
  readonly address: string;
  readonly name?: string;
  /** What they are in the conversation, where the source knows; found out otherwise. */
  readonly purpose?: Purpose;
}

/** How a stream comes belongs to its capture; nothing of it is kept with the recording. */
export interface SessionStream extends Pick<CaptureRequest, 'srtp' | 'from' | 'rtcp'> {
  /** `a=label`, or the place of the `m=` line where there is none. */
  readonly label: string;
  readonly codecs: readonly Codec[];
  /** Every payload type that belongs to the stream, telephone events included. */
  readonly payloadTypes: readonly number[];
  /** Those of them that carry telephone events (RFC 4733). */
  readonly eventPayloadTypes?: readonly number[];
  /** Whether keys that a caller presses may be recorded; they are masked when left out. */
  readonly dtmf?: TrunkDtmf;
  /** Source ids of the participants heard in it. */
  readonly owners: readonly string[];
  /** The source sends nothing on it for now. */
  readonly isMasked?: true;
  /** Its units come over a connection and are handed over; no port is bound. */
  readonly isFed?: true;
  /** What is handed over are no RTP packets, and is stored as it is. */
  readonly isPlain?: true;
  /** Units depend on earlier ones: after a pause it goes on with one that does not. */
  readonly needsAnchor?: true;
  /** Whoever feeds it comes back after a restart, and goes on with it. */
  readonly outlivesFeeder?: true;
}

/** What the source says of its own pauses. */
export interface SourceState {
  /** It has stopped the recording session as a whole (RFC 7866 §7.1.1.1). */
  readonly isPaused: boolean;
  /** Whether somebody in it is on hold, or everybody. */
  readonly hold?: 'some' | 'all';
}

export interface SessionDescription {
  /** Joins recording sessions to one conversation: communication session and group ids (RFC 7865 §6.2, §6.3). */
  readonly conversationKeys: readonly string[];
  readonly externalIds: readonly ExternalId[];
  readonly participants: readonly SessionParticipant[];
  readonly streams: readonly SessionStream[];
  /** Absent: it sends as usual. */
  readonly source?: SourceState;
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
