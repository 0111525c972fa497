/** One line for each compiler flag that must not be lost. */

type Options = { limit?: number };

// canary: TS2375
export const options: Options = { limit: undefined };

export function first(bytes: readonly number[]): number {
  // canary: TS2322
  return bytes[0];
}

// canary: TS1294
export enum Gate {
  Open,
}

// canary: TS9010
export const inferred = first([]);

export function byIndex(record: Record<string, number>): number {
  // canary: TS4111
  return record.gate ?? 0;
}

export function sometimes(open: boolean): number | undefined {
  // canary: TS7030
  if (open) return 1;
}

function unused(): void {}
// canary: TS6133
