/** One thing that does not hold in a data folder. */

export interface VerifyFinding {
  /** Which part of the folder it is in. */
  readonly part: 'audit' | 'span' | 'recording';
  /** Id of what it is about. */
  readonly id: string;
  readonly what: string;
}
