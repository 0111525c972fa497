/** How the clocks stood behind each segment, so that rendering can begin in the middle of a recording. */
import type { RecordingId, SegmentId, StreamId } from '@tacet/domain';
import { mediaLimits } from './limits.ts';
import type { RtpClocks } from './rtp-clocks.ts';
import type { ClockClaim } from './sender-clocks.ts';

/** What a segment leaves behind. */
interface Left {
  readonly clocks: RtpClocks;
  /** What its sender reports say. */
  readonly claims: readonly ClockClaim[];
}

/** The clocks of one stream, behind each of its segments. */
export class StreamClocks {
  readonly #behind: (Left & { readonly segmentId: SegmentId })[] = [];

  /**
   * What the segment at `place` of the stream's list left behind, with a copy of the clocks; `undefined` when that is not
   * known. To be asked for one place after the other: a segment that came into store late changes all behind it.
   */
  behind(place: number, segmentId: SegmentId): Left | undefined {
    const known = this.#behind[place];
    if (known?.segmentId === segmentId) return { clocks: known.clocks.copy(), claims: known.claims };
    this.#behind.length = Math.min(this.#behind.length, place);
    return undefined;
  }

  remember(place: number, segmentId: SegmentId, { clocks, claims }: Left): void {
    if (place <= this.#behind.length) this.#behind[place] = { segmentId, clocks: clocks.copy(), claims };
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
