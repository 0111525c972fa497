/** The port through which `control` reaches the captures, wherever they run. */
import type { ConversationId, RecordingId, StreamId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { Codec, SegmentDescriptor, StreamTimeline } from '../recording.ts';
import type { Interval, LossReason, StreamInterval } from '../timeline.ts';

/** Keys of an SRTP stream as both sides agreed on them. Secret: never in a log, an error or an audit fact. */
export interface SrtpAgreement {
  /** By its registered name (RFC 4568 §6.2). */
  readonly suite: string;
  readonly keys: readonly {
    /** Master key and salt, one behind the other, base64. */
    readonly keyAndSalt: string;
    /** Master key identifier, hex. */
    readonly mki?: string;
  }[];
}

/** What was agreed about how a stream comes; it may change while the stream goes on. */
export interface StreamTerms {
  /** Absent: it comes as plain RTP. */
  readonly srtp?: SrtpAgreement;
  /** Where its sender says that it sends from; behind a translator of addresses it does not. */
  readonly from?: { readonly address: string; readonly port: number };
}

export interface CaptureRequest extends StreamTerms {
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
  /** Where RTCP comes in: on the port of the stream (RFC 5761), or on one of its own above it; nowhere when left out. */
  readonly rtcp?: 'mux' | 'own';
  /** Its units are handed over with `feed` or `keep`; it has no port. */
  readonly isFed?: true;
  /** What is fed are not RTP packets but units of its own kind, as they are to be stored. */
  readonly isPlain?: true;
  /** Whoever has a unit hands it over, and nobody in particular: it goes on after a restart. */
  readonly isOfItems?: true;
  /** Whoever feeds it comes back after its process was lost, and begins with an anchor: it goes on after a restart. */
  readonly outlivesFeeder?: true;
  /** Units depend on earlier ones: a gate that opens waits for an anchor before it lets anything pass. */
  readonly needsAnchor?: true;
  /** Where the capture stood that this one goes on with. */
  readonly continues?: Continuation;
}

/** What a capture needs to go on as if nothing had happened, after its process or its worker was lost. */
export interface Continuation {
  /** The port that the source sends to. */
  readonly port: number;
  /** Since when the gate has been shut; absent where it was open, or shuts only now. */
  readonly closedSince?: Instant;
  readonly nextSegmentNumber: number;
  /** Hex tag of the last chunk that is kept: the chain of the proof goes on from there. */
  readonly previousTag: string;
}

/** A capture that is to go on. */
export type ContinuedCapture = CaptureRequest & { readonly continues: Continuation };

export interface CapturesResumed {
  readonly started: readonly CaptureStarted[];
  /** Those whose port could not be bound, or that nothing can be kept of. */
  readonly failed: readonly StreamId[];
}

/** Units of a fed capture that its source knows to be missing. */
export interface FedGap extends Interval {
  readonly unitCount: number;
  readonly reason: LossReason;
}

export interface CaptureStarted {
  readonly streamId: StreamId;
  /** The even UDP port on which the stream is received; 0 for a fed capture. */
  readonly port: number;
  readonly startedAt: Instant;
}

/** Whether a unit is in the recording, or was withheld. */
export type KeptOrNot = 'kept' | 'withheld';

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
  /** Whether all its segments are in store; where they are not yet, `captureStored` tells of it later. */
  readonly isStored: boolean;
}

/** What the media path tells on its own. */
export type MediaNews =
  | { readonly kind: 'segmentStored'; readonly segment: SegmentDescriptor }
  | { readonly kind: 'timelineGrown'; readonly timeline: StreamTimeline }
  /** The last segment of a capture that has ended is in store. */
  | { readonly kind: 'captureStored'; readonly streamId: StreamId }
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
  /** Takes captures up again on the ports that they had: first they listen, then that is made durable. */
  resume(requests: readonly ContinuedCapture[]): Promise<CapturesResumed>;
  /** Closes the gates at once, in the order the call was made, before anything that arrives later. */
  close(streamIds: readonly StreamId[], deadlineMs: number): Promise<GateReport>;
  /** Opens the gates behind a fence, none before `notBefore`. */
  open(streamIds: readonly StreamId[], notBefore: Instant, deadlineMs: number): Promise<GateReport>;
  /**
   * Hands a unit of a fed capture over, in order with every other call. The gate decides where the capture runs, by
   * `arrivedAt`, exactly as it does for what comes through a port.
   * @returns whether it was taken. One that was not, because too much is on its way, is lost by overload and noted so.
   */
  feed(streamId: StreamId, bytes: Uint8Array, arrivedAt: Instant, isAnchor?: boolean): boolean;
  /**
   * Hands over a unit that is not to be lost once this resolves: it is durable, or the gate has withheld it. The bytes
   * are the host's from here on.
   * @throws Fault mediaUnavailable where there is no such capture, or too much is on its way; storageUnavailable.
   */
  keep(streamId: StreamId, bytes: Uint8Array<ArrayBuffer>, arrivedAt: Instant): Promise<KeptOrNot>;
  /**
   * Whoever feeds a stream from a socket of its own says how to know that everything which had reached that socket has
   * been fed: `passed` resolves then. No gate of the stream opens before it has, after each resume anew. Streams of
   * which nothing is said come over connections, of which everything that can be read is read within two turns of the
   * event loop. `undefined` forgets it.
   */
  fenceBy(streamId: StreamId, passed: (() => Promise<void>) | undefined): void;
  /** Puts into store what a capture has kept so far, so that it can be read; it waits a few seconds at the most. */
  shelve(streamId: StreamId): Promise<void>;
  /** Units of a fed capture are missing; what falls into a time when its gate was shut is not counted. */
  feedGap(streamId: StreamId, gap: FedGap): void;
  /** What was agreed anew about a stream that goes on, such as its keys; passed over when it is there no more. */
  agree(streamId: StreamId, terms: StreamTerms): Promise<void>;
  /**
   * Streams of which nothing has come since an instant: no RTP and no RTCP of their source, whatever a gate did with it.
   * One whose capture began later, or whose worker does not answer in time, is not among them.
   */
  unheard(since: Instant): Promise<readonly StreamId[]>;
  /** Ends a capture: last chunk sealed, port released, everything handed to storage. */
  end(streamId: StreamId): Promise<CaptureEnded>;
  /** Hears news until the host is disposed; a listener that returns a promise is awaited before the spool lets go. */
  onNews(listener: (news: MediaNews) => void | Promise<void>): void;
}
