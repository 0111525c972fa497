/** One call of a chaos run: placed, paused and resumed at random, hung up, and judged by what is kept of it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ConversationId } from '@tacet/domain';
import { RecordingClient } from '../../packages/server/src/demo/recording-client.ts';
import { until } from '../harness/until.ts';
import { Beside, type BesidePorts } from './beside.ts';
import { insist, isOverNow } from './insist.ts';
import { judgeStream, type SurePause, type Verdict } from './judge.ts';
import { conversationOf, isOver, type KeptStream, keptOf } from './kept.ts';
import type { PhoneLines, Said } from './phone-lines.ts';
import { between, RandomPauses, wallTime } from './random-pauses.ts';
import type { ServerHome } from './server-home.ts';

export interface CallPorts extends BesidePorts {
  readonly home: Pick<ServerHome, 'dataDir' | 'sip' | 'httpUrl' | 'calm'>;
  readonly phones: PhoneLines;
}

/** How long calls last, in ms. */
const callMs = { least: 10_000, most: 40_000 } as const;
const againMs = 500;
/** How long a stopped server may take to come back and to finish what it was doing. */
const patienceMs = 60_000;
const labels = ['1', '2'] as const;

export class ChaosCall {
  readonly #ports: CallPorts;
  readonly #key: string;
  readonly #source: RecordingClient;
  #streams: readonly number[] = [];
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
    const beside = await Beside.join(this.#ports, found.id);
    const pauses = new RandomPauses(this.#ports, beside.doors);
    while (performance.now() < hangUpAt && !isEnding()) await pauses.turn(found.id);
    pauses.noteEnd(wallTime());
    const sent = await Promise.all(this.#streams.map((stream) => this.#ports.phones.hush(stream)));
    await beside.leave();
    await this.#hangUp(found.id, beside);
    await this.#ports.home.calm();
    return this.#judgeInTheEnd(found.id, async (kept) => [
      ...this.#judge(sent, kept, pauses.sure),
      ...(await beside.judge(kept, pauses.sure)),
    ]);
  }

  /** What a lost worker left gets into store whenever that is possible; until then it looks as if it were missing. */
  async #judgeInTheEnd(
    id: ConversationId,
    judge: (kept: readonly KeptStream[]) => Promise<readonly Verdict[]>,
  ): Promise<readonly Verdict[]> {
    const endsAt = performance.now() + patienceMs;
    for (;;) {
      const verdicts = await judge(await keptOf(this.#ports.home.dataDir, id));
      if (performance.now() >= endsAt || verdicts.every(({ untold }) => untold.length === 0)) return verdicts;
      await wait(againMs);
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

  async #hangUp(id: ConversationId, beside: Beside): Promise<void> {
    const { api, home } = this.#ports;
    const { dataDir } = home;
    await this.#source.bye().catch(() => undefined);
    // What is written and what is seen in a page goes on until somebody ends it.
    if (beside.isThere)
      await insist(api, { method: 'POST', path: `/api/v2/conversations/${id}/disconnect` }, isOverNow);
    await until(`${this.#key} to be over`, async () => (await isOver(dataDir, id)) || undefined, patienceMs);
  }

  #judge(sent: readonly Said[], kept: readonly KeptStream[], pauses: readonly SurePause[]): readonly Verdict[] {
    return labels.map((label, place) => {
      const mine = kept.filter(({ mediaType, label: own }) => mediaType === 'call' && own === label);
      const stream = this.#streams[place] ?? 0;
      return judgeStream(
        {
          ...(sent[place] ?? { sentAt: new Float64Array(), goneAt: new Float64Array() }),
          kept: mine.flatMap(({ packets }) => packets.get(stream) ?? []),
          intervals: mine.flatMap(({ intervals }) => intervals),
          startedAt: Math.min(...mine.map(({ startedAt }) => startedAt)),
          endedAt: Math.max(...mine.map(({ endedAt }) => endedAt)),
        },
        pauses,
      );
    });
  }
}
