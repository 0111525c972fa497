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
  /**
   * For bytes that are not what is to be stored yet: decrypts them, or makes of them what is kept. Called once the gate
   * has admitted the unit, and before anything looks at its bytes; never for a unit that is withheld.
   * @returns whether anything is left to store; if not, the bytes have been overwritten.
   */
  reveal?(): boolean;
}
