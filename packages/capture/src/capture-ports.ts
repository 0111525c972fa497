/** What a capture is for, and what it works with. */
import type { ConversationId, IdSource, RecordingId, StreamId, StreamInterval } from '@tacet/domain';
import type { EndedSegment, SegmentPorts } from './segment-writer.ts';
import type { UnitScreen } from './unit-screen.ts';

export interface CaptureHome {
  readonly streamId: StreamId;
  readonly recordingId: RecordingId;
  readonly conversationId: ConversationId;
}

export interface CapturePorts extends SegmentPorts {
  readonly ids: IdSource;
  /** An ended segment is to be put into store. */
  readonly onSegment: (segment: EndedSegment) => void;
  /** A withheld or lost interval is complete; `settled` is to be called once it is known elsewhere. */
  readonly onInterval: (interval: StreamInterval, settled: () => void) => void;
  /** Keeps out what policy does not let into a recording even while it runs. */
  readonly screen?: UnitScreen;
}

/** Where the chain of a capture stood that was cut short, so that another goes on with it. */
export interface ChainEnd {
  readonly nextSegmentNumber: number;
  /** Hex tag of the last chunk that is kept. */
  readonly previousTag: string;
}
