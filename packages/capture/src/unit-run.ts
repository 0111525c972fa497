/** Units of one stream that were read at once: alike in size, one behind the other in memory. */

export interface UnitRun {
  /** Holds all of them, and more; valid during the call that hands it over. */
  readonly bytes: Buffer;
  /** Where the first begins, and how far it is from one to the next. */
  readonly offset: number;
  readonly stride: number;
  /** Bytes of each. */
  readonly length: number;
  readonly count: number;
  /** Their arrivals, in instants, from place `first` on; each is understood without earlier ones. */
  readonly arrivals: Float64Array;
  readonly first: number;
}
