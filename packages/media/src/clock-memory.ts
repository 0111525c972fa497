/** How the clocks stood behind each segment, so that rendering can begin in the middle of a recording. */
import type { RecordingId, SegmentId, StreamId } from '@tacet/domain';
import { mediaLimits } from './limits.ts';
import { RtpClocks } from './rtp-clocks.ts';

/** The clocks of one stream. */
export class StreamClocks {
  readonly #behind: { readonly segmentId: SegmentId; readonly clocks: RtpClocks }[] = [];

  /** Whether it is known how the clocks stood behind the segment at `place` of the stream's list. */
  knows(place: number, segmentId: SegmentId): boolean {
    if (this.#behind[place]?.segmentId === segmentId) return true;
    // A segment that came into store late changes what is known of those behind it.
    this.#behind.length = Math.min(this.#behind.length, place);
    return false;
  }

  /** A copy of the clocks as they stood before the segment at `place`. */
  before(place: number): RtpClocks {
    return this.#behind[place - 1]?.clocks.copy() ?? new RtpClocks();
  }

  remember(place: number, segmentId: SegmentId, clocks: RtpClocks): void {
    this.#behind[place] = { segmentId, clocks };
  }
}

/** The clocks of the recordings rendered last. */
export class ClockMemory {
  readonly #recordings = new Map<RecordingId, Map<StreamId, StreamClocks>>();

  of(recordingId: RecordingId, streamId: StreamId): StreamClocks {
    const streams = this.#recordings.get(recordingId) ?? new Map<StreamId, StreamClocks>();
    this.#recordings.delete(recordingId);
    if (this.#recordings.size >= mediaLimits.rememberedRecordingsMax) {
      const oldest = this.#recordings.keys().next();
      if (!oldest.done) this.#recordings.delete(oldest.value);
    }
    this.#recordings.set(recordingId, streams);
    const clocks = streams.get(streamId) ?? new StreamClocks();
    streams.set(streamId, clocks);
    return clocks;
  }
}
