/** What kinds of expected failures there are, and whose fault they can be. */
export type FaultKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'unknown'
  | 'conflict'
  | 'exhausted'
  | 'unavailable'
  | 'late';
export type Blame = 'caller' | 'peer' | 'operator' | 'us';

export interface FaultRow {
  readonly kind: FaultKind;
  readonly blame: Blame;
}
