/** The port through which `control` reaches the captures, wherever they run. */
import type { ConversationId, RecordingId, StreamId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { Codec, SegmentDescriptor, StreamTimeline } from '../recording.ts';
import type { LossReason, StreamInterval } from '../timeline.ts';

export interface CaptureRequest {
  readonly streamId: StreamId;
  readonly recordingId: RecordingId;
  readonly conversationId: ConversationId;
  /** RTP payload types that belong to the stream, telephone events among them. */
  readonly payloadTypes: readonly number[];
  readonly clockRate: number;
  /** The gate's first state: a capture that starts inside a pause starts closed (P3). */
  readonly isOpen: boolean;
  /** Whether keys that a caller presses may be recorded; they are masked when left out. */
  readonly dtmf?: 'keep' | 'mask';
  /** Those of `payloadTypes` that carry telephone events (RFC 4733). */
  readonly eventPayloadTypes?: readonly number[];
  /** How the other payload types are to be read. */
  readonly codecs?: readonly Codec[];
}

export interface CaptureStarted {
  readonly streamId: StreamId;
  /** The even UDP port on which the stream is received. */
  readonly port: number;
  readonly startedAt: Instant;
}

/** What a gate says after it moved. */
export interface GateMoved {
  readonly streamId: StreamId;
  /** When the gate closed or opened; the earlier instant if it already was in that state. */
  readonly at: Instant;
  /** Units withheld since the gate closed. */
  readonly withheldCount: number;
}

/** Answer to a command over several captures; those named in `unconfirmed` did not answer before the deadline. */
export interface GateReport {
  readonly confirmed: readonly GateMoved[];
  readonly unconfirmed: readonly StreamId[];
}

export interface CaptureEnded {
  readonly streamId: StreamId;
  readonly endedAt: Instant;
  readonly segmentCount: number;
  readonly withheldCount: number;
}

/** What the media path tells on its own. */
export type MediaNews =
  | { readonly kind: 'segmentStored'; readonly segment: SegmentDescriptor }
  | { readonly kind: 'timelineGrown'; readonly timeline: StreamTimeline }
  | {
      readonly kind: 'captureFailed';
      readonly streamId: StreamId;
      readonly at: Instant;
      readonly reason: LossReason;
      /** What was not kept before `at`, as far as it is known. */
      readonly intervals: readonly StreamInterval[];
    };

export interface MediaHost {
  /**
   * Binds a port and starts a capture.
   * @throws Fault portsExhausted, storageUnavailable or mediaUnavailable.
   */
  start(request: CaptureRequest): Promise<CaptureStarted>;
  /** Closes the gates at once, in the order the call was made, before anything that arrives later. */
  close(streamIds: readonly StreamId[], deadlineMs: number): Promise<GateReport>;
  /** Opens the gates behind a fence, none before `notBefore`. */
  open(streamIds: readonly StreamId[], notBefore: Instant, deadlineMs: number): Promise<GateReport>;
  /** Ends a capture: last chunk sealed, port released, everything handed to storage. */
  end(streamId: StreamId): Promise<CaptureEnded>;
  /** Hears news until the host is disposed; a listener that returns a promise is awaited before the spool lets go. */
  onNews(listener: (news: MediaNews) => void | Promise<void>): void;
}
