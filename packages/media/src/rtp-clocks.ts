/** Where the clocks of a stream's sources stand on the conversation's clock. */
import type { DriftWatch } from './clock-drift.ts';
import { mediaLimits } from './limits.ts';

/** One moment of a source's clock: the packet with `timestamp` begins at `frame`. */
export interface ClockReading {
  /** 32-bit RTP timestamp; it wraps. */
  readonly timestamp: number;
  /** Frames (8 kHz) since the recording's start; negative before it. */
  readonly frame: number;
  /** Enough packets were seen to know the fastest way through the network; until then the next ones may correct it. */
  readonly isSettled: boolean;
  /** How its clock drifts against ours; absent until it is settled. */
  readonly drift?: DriftWatch;
}

/** The last reading of each source (SSRC) of a stream; the source heard longest ago is forgotten first. */
export class RtpClocks {
  readonly #readings: Map<number, ClockReading>;

  constructor(readings: ReadonlyMap<number, ClockReading> = new Map()) {
    this.#readings = new Map(readings);
  }

  get(ssrc: number): ClockReading | undefined {
    return this.#readings.get(ssrc);
  }

  set(ssrc: number, reading: ClockReading): void {
    this.#readings.delete(ssrc);
    if (this.#readings.size >= mediaLimits.clocksPerStreamMax) {
      const oldest = this.#readings.keys().next();
      if (!oldest.done) this.#readings.delete(oldest.value);
    }
    this.#readings.set(ssrc, reading);
  }

  copy(): RtpClocks {
    return new RtpClocks(this.#readings);
  }
}

/** The frame at which a packet begins, by the shortest way around the 32-bit clock. */
export function frameOf(
  reading: Pick<ClockReading, 'timestamp' | 'frame'>,
  { timestamp, ticksPerFrame }: { readonly timestamp: number; readonly ticksPerFrame: number },
): number {
  return reading.frame + ((timestamp - reading.timestamp) | 0) / ticksPerFrame;
}
