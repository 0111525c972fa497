/** Recordings, their streams and segments: what can be listed, played and proved. */
import type { ConversationId, ParticipantId, RecordingId, SegmentId, StreamId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { MediaType } from './media-type.ts';
import type { SourceCause } from './recording-state.ts';
import type { Interval, LossReason, StreamInterval } from './timeline.ts';

/** How the payloads of a stream are to be read. */
export interface Codec {
  /** Encoding name as SDP writes it, upper case: `PCMU`, `PCMA`. */
  readonly name: string;
  readonly payloadType: number;
  /** RTP clock rate in Hz. */
  readonly clockRate: number;
  /** Channels of sound in the payload; one when left out. */
  readonly channels?: number;
  /** Format parameters as SDP gave them (`a=fmtp`), as far as they are known to us. */
  readonly formatParameters?: string;
}

/** Who is heard in a stream, over time: transfers move a stream from one participant to another. */
export interface StreamOwner {
  readonly participantId: ParticipantId;
  readonly from: Instant;
  readonly to?: Instant;
}

/** One direction of one medium of one participant. */
export interface RecordedStream {
  readonly id: StreamId;
  /** The `a=label` value that ties the `m=` line to the metadata; empty where the source gave none. */
  readonly label: string;
  readonly codecs: readonly Codec[];
  readonly owners: readonly StreamOwner[];
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  /** The source says that it sends nothing here for now: the gate of this stream is shut, whatever the others do. */
  readonly isMasked?: true;
  /** Its capture broke off here, for this reason, while the recording session went on. */
  readonly failed?: { readonly at: Instant; readonly reason: LossReason };
}

export type RecordingFileState = 'UPLOADING' | 'AVAILABLE' | 'DELETED' | 'ERROR';

/** The result of one recording session within a conversation. */
export interface Recording {
  readonly id: RecordingId;
  readonly conversationId: ConversationId;
  readonly mediaType: MediaType;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly fileState: RecordingFileState;
  readonly streams: readonly RecordedStream[];
  /** What the source calls the recording session: its SIP Call-ID. */
  readonly sourceId: string;
  /** Why nothing is to be recorded, as the source of the recording session says now; absent where it says nothing. */
  readonly sourceCauses?: readonly SourceCause[];
  /** When somebody, or a policy, wants it archived and deleted. Deletion is carried out; there is no archive. */
  readonly retention?: { readonly archiveAt?: Instant; readonly deleteAt?: Instant };
  /** Since when it is being deleted: from then on nothing of it is given out. */
  readonly deletionBegunAt?: Instant;
}

/** One unbroken stretch of one stream in store; it never spans a pause. */
export interface SegmentDescriptor {
  readonly id: SegmentId;
  readonly recordingId: RecordingId;
  readonly streamId: StreamId;
  /** Place in the stream's chain of segments, from 0. */
  readonly number: number;
  /** Arrival of the first unit, and an instant after the last one. */
  readonly captured: Interval;
  readonly unitCount: number;
  readonly chunkCount: number;
  readonly bytes: number;
  /** Hex SHA-256 over the stored file. */
  readonly sha256: string;
  /** Hex tag of the last chunk: the head of the chain. */
  readonly lastTag: string;
  /** The data key, wrapped by the key service, base64; empty once destroyed. */
  readonly wrappedKey: string;
  /** Where the blob store keeps it. */
  readonly blobName: string;
}

/** Everything that was not kept of a stream, as the capture saw it. */
export interface StreamTimeline {
  readonly streamId: StreamId;
  readonly intervals: readonly StreamInterval[];
}
