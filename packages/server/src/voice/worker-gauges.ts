/** What a media worker tells of itself each second: gauges of the moment, and totals since it started. */

/** Units of all streams of a worker since it started; only counts, by reasons of closed lists (P13). */
export interface UnitTotals {
  /** Sealed into chunks. */
  readonly admitted: number;
  readonly withheld: number;
  /** Those of the admitted whose payload was silenced: keys of a telephone. */
  readonly masked: number;
  /** Datagrams that were no units of their stream, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Units known to be missing, by reason. */
  readonly lost: Readonly<Record<string, number>>;
}

/** How often a worker tells. */
export const gaugesEveryMs = 1_000;

export interface WorkerGauges {
  /** How late the worker's clockwork was at the worst in the last second. */
  readonly loopDelayMs: number;
  /** Sealed, but not yet durable. */
  readonly spoolBacklogBytes: number;
  /** How long ago all that had been sealed was durable; what a crash now would cost at most. 0: nothing waits. */
  readonly spoolAgeMs: number;
  /** Duration of each sync of the spool that ended in the last second. */
  readonly syncsMs: readonly number[];
  /** Ended segments that are not in the blob store yet. */
  readonly segmentsWaiting: number;
  readonly openGates: number;
  readonly closedGates: number;
  readonly openingGates: number;
  readonly units: UnitTotals;
}

/** A worker in its place among all of them. */
export interface PlaceGauges extends WorkerGauges {
  readonly place: number;
}
