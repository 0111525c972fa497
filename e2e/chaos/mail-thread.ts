/** A thread of mails in a chaos run: brought by SMTP, paused and resumed at random, ended, and judged by what is kept of it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { HostPort } from '@tacet/wire/sip';
import { until } from '../harness/until.ts';
import { insist, isOverNow } from './insist.ts';
import type { Verdict } from './judge.ts';
import { judgeWritten } from './judge-written.ts';
import { conversationWith, isOver, keptOf } from './kept.ts';
import { between, type PausePorts, RandomPauses, wallTime } from './random-pauses.ts';
import { mailDomain } from './server-home.ts';
import { bringMail } from './smtp-line.ts';
import { type ItemAnswer, ItemWriter } from './written-items.ts';

export interface MailPorts extends PausePorts {
  readonly home: { readonly dataDir: string; readonly smtp: HostPort; calm(): Promise<void> };
}

const threadMs = { least: 10_000, most: 40_000 } as const;
const patienceMs = 60_000;
const againMs = 500;

export class MailThread {
  readonly #ports: MailPorts;
  readonly #key: string;
  #isPlaced = false;

  constructor(ports: MailPorts, key: string) {
    this.#ports = ports;
    this.#key = key;
  }

  /** Whether the server took it; what goes wrong from then on is a defect. */
  get isPlaced(): boolean {
    return this.#isPlaced;
  }

  /** Plays it from beginning to end. @returns the verdict on its mails. @throws Error when it does not come about. */
  async play(isEnding: () => boolean): Promise<readonly Verdict[]> {
    const { api, home, random } = this.#ports;
    const writer = new ItemWriter(random, (text, number) => this.#bring(text, number));
    const pauses = new RandomPauses(this.#ports, ['emails']);
    try {
      const found = await until('its conversation', () => conversationWith(home.dataDir, this.#address), patienceMs);
      this.#isPlaced = true;
      const endAt = performance.now() + between(random, threadMs);
      while (performance.now() < endAt && !isEnding()) await pauses.turn(found.id);
      pauses.noteEnd(wallTime());
      await writer.stop();
      await insist(api, { method: 'POST', path: `/api/v2/conversations/${found.id}/disconnect` }, isOverNow);
      await until(
        `${this.#key} to be over`,
        async () => (await isOver(home.dataDir, found.id)) || undefined,
        patienceMs,
      );
      await home.calm();
      for (const judgeUntil = wallTime() + patienceMs; ; await wait(againMs)) {
        const kept = await keptOf(home.dataDir, found.id);
        const verdict = await judgeWritten(writer, kept, { api, id: found.id, medium: 'email', pauses: pauses.sure });
        if (wallTime() >= judgeUntil || verdict.untold.length === 0) return [verdict];
      }
    } finally {
      await writer.stop();
    }
  }

  get #address(): string {
    return `${this.#key}@customer.example`;
  }

  /** All of a thread name its first mail, so that it is one conversation whichever of them comes first. */
  async #bring(text: string, number: number): Promise<ItemAnswer> {
    const first = `<${this.#key}@customer.example>`;
    const names =
      number === 0 ? [`Message-ID: ${first}`] : [`Message-ID: <${number}.${first.slice(1)}`, `References: ${first}`];
    const head = [`From: ${this.#address}`, `To: agent@${mailDomain}`, `Subject: ${text}`, ...names];
    const mail = [...head, 'Date: Mon, 2 Nov 2026 10:00:00 +0000', '', text, ''].join('\r\n');
    const code = await bringMail(this.#ports.home.smtp, { from: this.#address, to: `journal@${mailDomain}`, mail });
    return code === 250 ? 'taken' : 'unknown';
  }
}
