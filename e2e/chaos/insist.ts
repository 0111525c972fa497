/** Requests of a chaos run that have to be done in the end. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Api, ApiAnswer } from '../harness/api.ts';
import { wallTime } from './random-pauses.ts';

function isAnswered({ status }: Pick<ApiAnswer, 'status'>): boolean {
  return status < 300 && status !== 202;
}

/** What is over has been ended by a request that was done, but not answered any more. */
export function isOverNow(answer: ApiAnswer): boolean {
  return isAnswered(answer) || answer.status === 404;
}

interface Wanted {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

const againMs = 500;
const patienceMs = 60_000;

/** Asks until it is done, however often the server is killed meanwhile. @throws Error when it never is. */
export async function insist(
  api: Api,
  { method, path, body }: Wanted,
  isDone: (answer: ApiAnswer) => boolean = isAnswered,
): Promise<string> {
  const until = wallTime() + patienceMs;
  for (;;) {
    const answer = await api.ask(method, path, body).catch(() => undefined);
    if (answer !== undefined && isDone(answer)) return answer.text;
    if (wallTime() > until) throw new Error(`${method} ${path}: ${answer?.status ?? 'no answer'}`);
    await wait(againMs);
  }
}
