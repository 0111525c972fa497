/** Programmer errors: assertions that stay on in production. */

/** A broken assertion: a defect of ours, never the fault of a caller. */
export class Defect extends Error {
  override readonly name = 'Defect';
}

/**
 * Demands that a fact holds.
 * @throws Defect when it does not.
 */
export function needs(fact: boolean, what: string): asserts fact {
  if (!fact) throw new Defect(what);
}

/**
 * Marks a branch that the types say cannot be reached.
 * @throws Defect always.
 */
export function never(value: never): never {
  throw new Defect(`unreachable: ${String(value)}`);
}
