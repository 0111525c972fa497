/** How a fault is answered: a row of the table from codes to statuses and sentences. */
export interface FaultAnswer {
  readonly status: number;
  /** The contract's code. */
  readonly code: string;
  /** Our sentence; `{name}` stands for the fact of that name. */
  readonly text: string;
}
