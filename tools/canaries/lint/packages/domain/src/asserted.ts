/** canary: lint/style/noNonNullAssertion */

export function first(all: readonly number[]): number {
  return all[0]!;
}
