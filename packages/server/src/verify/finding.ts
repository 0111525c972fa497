/** One thing that does not hold in a data folder. */

export interface VerifyFinding {
  /** Which part of the folder: `audit`, `span`, `recording` or `spool`. */
  readonly part: 'audit' | 'span' | 'recording' | 'spool';
  /** Id of what it is about. */
  readonly id: string;
  readonly what: string;
}
