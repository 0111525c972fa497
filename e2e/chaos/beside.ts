/** What a call of a chaos run has beside its voice: messages that are written, and a page that is co-browsed. */
import type { ConversationId } from '@tacet/domain';
import { ChaosPage } from './chaos-page.ts';
import { insist } from './insist.ts';
import { judgeStream, type SurePause, type Verdict } from './judge.ts';
import { judgeWritten } from './judge-written.ts';
import type { KeptStream } from './kept.ts';
import type { PauseDoor, PausePorts } from './random-pauses.ts';
import { type ItemAnswer, ItemWriter } from './written-items.ts';

/** What may be recorded in a chaos run; calls always are. */
export const chaosMedia = ['call', 'message', 'email', 'cobrowse'] as const;
export type ChaosMedium = (typeof chaosMedia)[number];

export interface BesidePorts extends PausePorts {
  readonly home: { readonly httpUrl: string };
  readonly media: readonly ChaosMedium[];
}

export class Beside {
  readonly #ports: BesidePorts;
  readonly #id: ConversationId;
  #writer: ItemWriter | undefined;
  #page: ChaosPage | undefined;
  #shown: ReturnType<ChaosPage['leave']> | undefined;

  private constructor(ports: BesidePorts, id: ConversationId) {
    this.#ports = ports;
    this.#id = id;
  }

  static async join(ports: BesidePorts, id: ConversationId): Promise<Beside> {
    const beside = new Beside(ports, id);
    if (ports.media.includes('message')) await beside.#write();
    if (ports.media.includes('cobrowse')) await beside.#show();
    return beside;
  }

  /** Whether there is anything. */
  get isThere(): boolean {
    return this.#writer !== undefined || this.#page !== undefined;
  }

  /** The doors by which its conversation can be paused. */
  get doors(): readonly PauseDoor[] {
    return [
      'calls',
      ...(this.#writer === undefined ? [] : (['messages'] as const)),
      ...(this.#page === undefined ? [] : (['cobrowsesessions'] as const)),
    ];
  }

  async leave(): Promise<void> {
    await this.#writer?.stop();
    this.#shown = this.#page?.leave();
  }

  async judge(kept: readonly KeptStream[], pauses: readonly SurePause[]): Promise<readonly Verdict[]> {
    const about = { api: this.#ports.api, id: this.#id, medium: 'message', pauses } as const;
    return [
      ...(this.#writer === undefined ? [] : [await judgeWritten(this.#writer, kept, about)]),
      ...(this.#page === undefined ? [] : [this.#judgePage(this.#page, kept, pauses)]),
    ];
  }

  async #write(): Promise<void> {
    const { api, random } = this.#ports;
    const mediaType = 'message';
    const participants = [{ purpose: 'customer', address: 'somebody@example.com' }];
    await insist(api, {
      method: 'POST',
      path: `/tacet/v1/conversations/${this.#id}/communications`,
      body: { mediaType, participants },
    });
    this.#writer = new ItemWriter(random, async (text): Promise<ItemAnswer> => {
      const answer = await api.ask('POST', `/tacet/v1/conversations/${this.#id}/items`, { mediaType, text });
      if (answer.status >= 300) return 'unknown';
      return (JSON.parse(answer.text) as { readonly isRecorded: boolean }).isRecorded ? 'kept' : 'withheld';
    });
  }

  async #show(): Promise<void> {
    const { api, home } = this.#ports;
    const path = `/tacet/v1/conversations/${this.#id}/publishing-tokens`;
    const given = await insist(api, { method: 'POST', path, body: { mediaType: 'cobrowsesession' } });
    this.#page = new ChaosPage(home.httpUrl, (JSON.parse(given) as { readonly token: string }).token);
  }

  #judgePage(page: ChaosPage, kept: readonly KeptStream[], pauses: readonly SurePause[]): Verdict {
    const mine = kept.filter(({ mediaType }) => mediaType === 'cobrowsesession');
    const told = this.#shown ?? { sentAt: new Float64Array(), goneAt: new Float64Array() };
    const verdict = judgeStream(
      {
        ...told,
        kept: mine.flatMap(({ packets }) => packets.get(0) ?? []),
        intervals: mine.flatMap(({ intervals }) => intervals),
        startedAt: Math.min(...mine.map(({ startedAt }) => startedAt)),
        endedAt: Math.max(...mine.map(({ endedAt }) => endedAt)),
      },
      pauses,
    );
    const mistake = page.mistake === undefined ? [] : [`the page was sent away with ${page.mistake}`];
    return { ...verdict, untold: [...verdict.untold, ...mistake], medium: 'cobrowsesession' };
  }
}
