/** Sources that go on telling, one numbered thing each 20 ms, and know when they told it: a screen over WHIP, a page of rrweb. */
import { RawPage, snapshot, typed } from '../cobrowse/raw-page.ts';
import { frameMs, frameOf } from '../harness/marks.ts';
import type { PublishTo } from '../harness/publishing-browser.ts';
import { until } from '../harness/until.ts';
import { WhipClient } from '../harness/whip-client.ts';

/** Something that was told, and between which instants of wall time, in ms. */
export interface Told {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

export function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

/** Tells by a schedule; what a busy machine makes late is told late. */
abstract class Talker {
  readonly told: Told[] = [];
  #timer: NodeJS.Timeout | undefined;

  protected abstract tell(number: number): void;

  talk(): void {
    this.#timer = setInterval(() => this.#next(), frameMs);
  }

  /** Says nothing more. */
  hush(): void {
    clearInterval(this.#timer);
  }

  #next(): void {
    const number = this.told.length;
    const from = wallTime();
    this.tell(number);
    this.told.push({ number, from, to: wallTime() });
  }
}

/** Behind the descriptor and the frame tag of VP8: what makes a key frame one, and its size (RFC 6386 §9.1). */
const pictureHead = [0, 0, 0x9d, 0x01, 0x2a, 64, 0, 36, 0];
const clockPerFrame = (90_000 * frameMs) / 1_000;
const keyFrameEvery = 10;

/** A screen whose frames hold marks. */
export class MarkedScreen extends Talker implements AsyncDisposable {
  readonly mark: number;
  readonly #client: WhipClient;

  private constructor(client: WhipClient, mark: number) {
    super();
    this.#client = client;
    this.mark = mark;
  }

  static async publish(to: PublishTo, mark: number): Promise<MarkedScreen> {
    const client = new WhipClient();
    const { status } = await client.publish(to);
    if (status !== 201) throw new Error(`The screen was refused: ${status}`);
    await until('the screen to be connected', () => client.isConnected || undefined);
    const screen = new MarkedScreen(client, mark);
    screen.talk();
    return screen;
  }

  protected override tell(number: number): void {
    const rest = Uint8Array.from([...pictureHead, ...frameOf({ stream: this.mark, number })]);
    this.#client.send(1_000 + number * clockPerFrame, number % keyFrameEvery === 0, rest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hush();
    await this.#client.close();
  }
}

/** A tab in which somebody types; it shows everything anew when it is asked to. */
export class TypingTab extends Talker implements AsyncDisposable {
  /** What is typed, before its number. */
  word: string;
  #page: RawPage;
  #shownMark = 0;

  private constructor(page: RawPage, word: string) {
    super();
    this.#page = page;
    this.word = word;
  }

  static async open(httpUrl: string, token: string, word: string): Promise<TypingTab> {
    const tab = new TypingTab(await RawPage.open(httpUrl, { token }), word);
    tab.talk();
    return tab;
  }

  /** Its server has gone; it goes on with the next one. */
  async reconnect(httpUrl: string, token: string): Promise<void> {
    this.hush();
    const { tab, page, next } = this.#page;
    await this.#page[Symbol.asyncDispose]();
    this.#page = await RawPage.open(httpUrl, { token, tab, page, next });
    this.#shownMark = 0;
    this.talk();
  }

  protected override tell(number: number): void {
    const text = `${this.word}-${number}`;
    const mark = this.#page.marks.at(-1) ?? 0;
    if (mark === this.#shownMark) this.#page.event(typed(text));
    else this.#page.anchor(mark, snapshot(text));
    this.#shownMark = mark;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hush();
    await this.#page[Symbol.asyncDispose]();
  }
}
