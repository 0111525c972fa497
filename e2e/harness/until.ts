/** Waits for something to become true, by looking often; for the facts that no event tells of. */
import { setTimeout as wait } from 'node:timers/promises';

const lookEveryMs = 15;

/**
 * Looks until `probe` gives a value.
 * @throws Error naming `what` when it gave none in `deadlineMs`.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  deadlineMs: number = 15_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await wait(lookEveryMs);
  }
}
