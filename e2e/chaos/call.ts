/** One call of a chaos run: placed, paused and resumed at random, hung up, and judged by what is kept of it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ConversationId } from '@tacet/domain';
import type { SeededRandom } from '@tacet/testkit';
import { RecordingClient } from '../../packages/server/src/demo/recording-client.ts';
import type { Api, ApiAnswer } from '../harness/api.ts';
import { until } from '../harness/until.ts';
import { judgeStream, type SurePause, type Verdict } from './judge.ts';
import { conversationOf, isOver, type KeptStream, keptOf } from './kept.ts';
import type { PhoneLines, Said } from './phone-lines.ts';
import type { ServerHome } from './server-home.ts';

export interface CallPorts {
  readonly home: Pick<ServerHome, 'dataDir' | 'sip' | 'calm'>;
  readonly api: Api;
  readonly phones: PhoneLines;
  readonly random: SeededRandom;
  /** Tells of each request to pause or resume: whether it was answered as done, and how long that took. */
  readonly onAsked: (state: 'PAUSED' | 'ACTIVE', isDone: boolean, tookMs: number) => void;
}

/** How long calls last and how long they wait between requests, in ms. */
const callMs = { least: 10_000, most: 40_000 } as const;
const turnMs = { least: 500, most: 6_000 } as const;
/** How long a stopped server may take to come back and to finish what it was doing. */
const patienceMs = 60_000;
const labels = ['1', '2'] as const;

function between(random: SeededRandom, { least, most }: { readonly least: number; readonly most: number }): number {
  return least + random.below(most - least);
}

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

export class ChaosCall {
  readonly #ports: CallPorts;
  readonly #key: string;
  readonly #source: RecordingClient;
  readonly #pauses: SurePause[] = [];
  #streams: readonly number[] = [];
  #closedAt: number | undefined;
  #isPlaced = false;

  constructor(ports: CallPorts, key: string) {
    this.#ports = ports;
    this.#key = key;
    this.#source = new RecordingClient({ serverAddress: ports.home.sip, transport: 'udp' });
  }

  /** Whether the server took it; what goes wrong from then on is a defect. */
  get isPlaced(): boolean {
    return this.#isPlaced;
  }

  /** Plays it from beginning to end. @returns the verdict on each of its streams. @throws Error when it cannot be placed. */
  async play(isEnding: () => boolean): Promise<readonly Verdict[]> {
    await using _ = this.#source;
    await this.#place();
    const { dataDir } = this.#ports.home;
    const found = await until('its conversation', () => conversationOf(dataDir, this.#key), patienceMs);
    const hangUpAt = performance.now() + between(this.#ports.random, callMs);
    while (performance.now() < hangUpAt && !isEnding()) await this.#turn(found.id);
    this.#noteEnd(wallTime());
    const sent = await Promise.all(this.#streams.map((stream) => this.#ports.phones.hush(stream)));
    await this.#hangUp(found.id);
    await this.#ports.home.calm();
    return this.#judgeInTheEnd(sent, found.id);
  }

  /** What a lost worker left gets into store whenever that is possible; until then it looks as if it were missing. */
  async #judgeInTheEnd(sent: readonly Said[], id: ConversationId): Promise<readonly Verdict[]> {
    const endsAt = performance.now() + patienceMs;
    for (;;) {
      const verdicts = this.#judge(sent, await keptOf(this.#ports.home.dataDir, id));
      if (performance.now() >= endsAt || verdicts.every(({ untold }) => untold.length === 0)) return verdicts;
      await wait(turnMs.least);
    }
  }

  async #place(): Promise<void> {
    const participants = [
      { id: 'caller', address: `sip:caller-${this.#key}@carrier.example` },
      { id: 'agent', address: `sip:agent-${this.#key}@pbx.example` },
    ];
    const streams = labels.map((label, place) => ({ label, from: [participants[place]?.id ?? ''], port: 9 + place }));
    await this.#source.invite({ communicationSessionId: this.#key, participants, streams });
    this.#isPlaced = true;
    this.#streams = this.#source.streams.map(({ port }) => this.#ports.phones.talk(port));
  }

  /** Waits, then asks for the other state; sometimes for the same again. */
  async #turn(id: ConversationId): Promise<void> {
    const { random } = this.#ports;
    await wait(between(random, turnMs));
    const isPaused = this.#closedAt !== undefined;
    const wanted = random.chance(0.1) === isPaused ? 'ACTIVE' : 'PAUSED';
    const askedAt = wallTime();
    if (wanted === 'ACTIVE') this.#noteEnd(askedAt);
    const answer = await this.#ask(id, wanted);
    const isDone = answer?.status === 200;
    this.#ports.onAsked(wanted, isDone, wallTime() - askedAt);
    if (!isDone || wanted === 'ACTIVE' || answer.text !== '"PAUSED"') return;
    this.#closedAt ??= Number(answer.headers.get('tacet-closed-at-ms'));
  }

  async #ask(id: ConversationId, state: 'PAUSED' | 'ACTIVE'): Promise<ApiAnswer | undefined> {
    try {
      return await this.#ports.api.setRecordingState(id, state);
    } catch {
      // The server was killed meanwhile: nobody knows what became of it.
      return undefined;
    }
  }

  /** From here on the pause is not sure to be in force. */
  #noteEnd(at: number): void {
    if (this.#closedAt !== undefined) this.#pauses.push({ closedAt: this.#closedAt, until: at });
    this.#closedAt = undefined;
  }

  async #hangUp(id: ConversationId): Promise<void> {
    await this.#source.bye().catch(() => undefined);
    const { dataDir } = this.#ports.home;
    await until(`${this.#key} to be over`, async () => (await isOver(dataDir, id)) || undefined, patienceMs);
  }

  #judge(sent: readonly Said[], kept: readonly KeptStream[]): readonly Verdict[] {
    return labels.map((label, place) => {
      const mine = kept.filter((stream) => stream.label === label);
      const stream = this.#streams[place] ?? 0;
      return judgeStream(
        {
          ...(sent[place] ?? { sentAt: new Float64Array(), goneAt: new Float64Array() }),
          kept: mine.flatMap(({ packets }) => packets.get(stream) ?? []),
          intervals: mine.flatMap(({ intervals }) => intervals),
          startedAt: Math.min(...mine.map(({ startedAt }) => startedAt)),
          endedAt: Math.max(...mine.map(({ endedAt }) => endedAt)),
        },
        this.#pauses,
      );
    });
  }
}
