/** Requests of a chaos run that have to be done in the end. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Api } from '../harness/api.ts';
import { wallTime } from './random-pauses.ts';

const againMs = 500;
const patienceMs = 60_000;

/** Asks until it is done, however often the server is killed meanwhile. @throws Error when it never is. */
export async function insist(api: Api, method: 'GET' | 'POST', path: string, body?: unknown): Promise<string> {
  const until = wallTime() + patienceMs;
  for (;;) {
    const answer = await api.ask(method, path, body).catch(() => undefined);
    if (answer !== undefined && answer.status < 300 && answer.status !== 202) return answer.text;
    if (wallTime() > until) throw new Error(`${method} ${path}: ${answer?.status ?? 'no answer'}`);
    await wait(againMs);
  }
}
