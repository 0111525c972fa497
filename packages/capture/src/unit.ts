/** What a source hands over: the smallest piece of a communication. */
import type { gate } from '@tacet/domain';

/** Where a unit stands in its source's own time, for telling late units from new ones. */
export interface MediaTime {
  /** Which run of the source: the SSRC for RTP. */
  readonly source: number;
  /** 32-bit media time; it may wrap. */
  readonly time: number;
  /** Ticks per second of `time`. */
  readonly clockRate: number;
}

export interface Unit extends gate.UnitHead {
  readonly bytes: Uint8Array;
  readonly media?: MediaTime;
}
