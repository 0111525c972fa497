/** Calls on a machine that has too much to do: a server that says so is asked again. */
import { setTimeout as wait } from 'node:timers/promises';
import type { TacetServer } from './tacet-server.ts';

/** A machine that was too busy a moment ago is looked at again after this, so often. */
const againMs = 1_000;
const triesMax = 10;

/** Whether a refusal may be for the machine's sake: the alarm is raised once in a while, not for each call. */
function isBusy({ log }: TacetServer, error: unknown): boolean {
  return /\b503\b/.test(String(error)) && log.some(({ event }) => event === 'alarm: overloaded');
}

/** Places a call. @throws what `place` throws, unless the server has too much to do. */
export async function whenNotBusy<T>(server: TacetServer, place: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await place();
    } catch (error) {
      if (tries === triesMax || !isBusy(server, error)) throw error;
      await wait(againMs);
    }
  }
}
