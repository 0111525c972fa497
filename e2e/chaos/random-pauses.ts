/** One conversation paused and resumed at random, and between which instants a pause was sure to be in force. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ConversationId } from '@tacet/domain';
import type { SeededRandom } from '@tacet/testkit';
import type { Api, ApiAnswer } from '../harness/api.ts';
import type { SurePause } from './judge.ts';

export interface PausePorts {
  readonly api: Api;
  readonly random: SeededRandom;
  /** Tells of each request to pause or resume: whether it was answered as done, and how long that took. */
  readonly onAsked: (state: 'PAUSED' | 'ACTIVE', isDone: boolean, tookMs: number) => void;
}

/** The doors of the contract by which a conversation is paused; each pauses all of it. */
export type PauseDoor = 'calls' | 'messages' | 'emails' | 'cobrowsesessions';

/** How long is waited between requests, in ms. */
const turnMs = { least: 500, most: 6_000 } as const;

export function between(
  random: SeededRandom,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  return least + random.below(most - least);
}

export function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

export class RandomPauses {
  readonly sure: SurePause[] = [];
  readonly #ports: PausePorts;
  readonly #doors: readonly PauseDoor[];
  #closedAt: number | undefined;

  constructor(ports: PausePorts, doors: readonly PauseDoor[]) {
    this.#ports = ports;
    this.#doors = doors;
  }

  /** Waits, then asks for the other state; sometimes for the same again. */
  async turn(id: ConversationId): Promise<void> {
    const { random } = this.#ports;
    await wait(between(random, turnMs));
    const isPaused = this.#closedAt !== undefined;
    const isSame = random.chance(0.1);
    const wanted = isPaused === isSame ? 'PAUSED' : 'ACTIVE';
    const askedAt = wallTime();
    if (wanted === 'ACTIVE') this.noteEnd(askedAt);
    const answer = await this.#ask(id, wanted);
    const isDone = answer?.status === 200;
    this.#ports.onAsked(wanted, isDone, wallTime() - askedAt);
    if (!isDone || wanted === 'ACTIVE' || answer.text !== '"PAUSED"') return;
    this.#closedAt ??= Number(answer.headers.get('tacet-closed-at-ms'));
  }

  /** From here on the pause is not sure to be in force. */
  noteEnd(at: number): void {
    if (this.#closedAt !== undefined) this.sure.push({ closedAt: this.#closedAt, until: at });
    this.#closedAt = undefined;
  }

  async #ask(id: ConversationId, recordingState: 'PAUSED' | 'ACTIVE'): Promise<ApiAnswer | undefined> {
    const door = this.#doors[this.#ports.random.below(this.#doors.length)] ?? 'calls';
    try {
      return await this.#ports.api.ask('PUT', `/api/v2/conversations/${door}/${id}/recordingstate`, { recordingState });
    } catch {
      // The server was killed meanwhile: nobody knows what became of it.
      return undefined;
    }
  }
}
