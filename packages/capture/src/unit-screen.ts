/** Judges units that the gate let through: what policy keeps out of a recording even while it runs. */
import type { Unit } from './unit.ts';
import type { UnitRun } from './unit-run.ts';

/** What `UnitScreen.judge` answers when nothing of a unit may be kept. */
export const refused = -1;

/**
 * Looks over the admitted units of one stream before they are sealed. It counts the units it did not refuse; "the
 * newest" are those counted last.
 */
export interface UnitScreen {
  /** The gate has opened: copies of what was withheld may follow. */
  opened(): void;
  /**
   * Judges a unit before anything of it is kept, and may silence stretches inside it.
   * @returns how many of the newest units, this one included, are to be silenced; or `refused`.
   */
  judge(unit: Unit): number;
  /** Whether units like these can be judged as a run; left out, none can. */
  takesRun?(run: UnitRun): boolean;
  /**
   * Judges a run that `takesRun` was asked of, as `judge` would each of its units.
   * @param silenced for each unit what `judge` would answer; never `refused`.
   * @returns whether that is more than 0 for any.
   */
  judgeRun?(run: UnitRun, silenced: Int32Array): boolean;
  /** So many of the newest units are not judged to the end, and are not to be sealed yet. */
  readonly undecidedCount: number;
  /** Nothing more comes for now. @returns how many of the newest units are to be silenced for what may have begun. */
  settle(): number;
  /** Overwrites what can be heard in a unit; its header stays as evidence. */
  silence(bytes: Uint8Array): void;
}
