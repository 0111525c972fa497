/** Tells a value that belongs to somebody else from every other failure. */
import { Fault, type FaultFacts } from '@tacet/domain';

/** SQLite's extended code of a broken UNIQUE index (https://www.sqlite.org/rescode.html#constraint_unique). */
const uniqueBroken = 2067;

/**
 * Runs a statement that fails when a value is not unique.
 * @throws Fault valueTaken with `facts`
 */
export function unlessTaken<T>(facts: FaultFacts, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === uniqueBroken) {
      throw new Fault('valueTaken', facts, error);
    }
    throw error;
  }
}
