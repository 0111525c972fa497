/** A page as a plain program: it says what a test tells it to, in order or not. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { until } from '../harness/until.ts';

interface RawPageWish {
  readonly token: string;
  readonly tab?: string;
  readonly page?: string;
  readonly next?: number;
}

const at = 1_790_000_000_000;

/** A page as a whole, with a text in it. */
export function snapshot(text: string): string {
  const meta = { type: 4, data: { href: 'http://shop.test/', width: 100, height: 100 }, timestamp: at };
  return JSON.stringify([
    meta,
    { type: 2, data: { node: { text }, initialOffset: { top: 0, left: 0 } }, timestamp: at },
  ]);
}

/** Something typed. */
export function typed(text: string): string {
  return JSON.stringify({ type: 3, data: { source: 5, text, isChecked: false, id: 7 }, timestamp: at });
}

export class RawPage implements AsyncDisposable {
  readonly tab: string;
  readonly page: string;
  readonly marks: number[] = [];
  readonly #socket: WebSocket;
  /** Close code, once it is closed. */
  closed: number | undefined;
  next: number;

  private constructor(socket: WebSocket, { tab, page, next = 0 }: RawPageWish) {
    this.#socket = socket;
    this.tab = tab ?? randomBytes(16).toString('hex');
    this.page = page ?? randomBytes(16).toString('hex');
    this.next = next;
    socket.on('message', (data) => this.marks.push((JSON.parse(String(data)) as { readonly number: number }).number));
    socket.on('close', (code) => {
      this.closed = code;
    });
    socket.on('error', () => undefined);
  }

  /** A socket that has said nothing yet. */
  static async connect(httpUrl: string, wish: RawPageWish, origin?: string): Promise<RawPage> {
    const url = `${httpUrl.replace('http', 'ws')}/tacet/v1/cobrowse`;
    const socket = new WebSocket(url, { ...(origin === undefined ? {} : { origin }) });
    const page = new RawPage(socket, wish);
    await once(socket, 'open');
    return page;
  }

  /** A page that has said hello, and was sent its first mark. */
  static async open(httpUrl: string, wish: RawPageWish): Promise<RawPage> {
    const page = await RawPage.connect(httpUrl, wish);
    page.hello(wish.token);
    await page.marked(1);
    return page;
  }

  hello(token: string): void {
    const { tab, page, next } = this;
    this.say(`hello ${JSON.stringify({ token, tab, page, next })}`);
  }

  say(frame: string | Uint8Array): void {
    this.#socket.send(frame);
  }

  anchor(mark: number, body: string): void {
    this.say(`anchor ${this.next} ${mark} ${body}`);
    this.next += 1;
  }

  event(body: string): void {
    this.say(`event ${this.next} ${body}`);
    this.next += 1;
  }

  async marked(number: number): Promise<void> {
    await until(`mark ${number}`, () => (this.marks.at(-1) ?? 0) >= number || undefined);
  }

  async over(): Promise<number> {
    return until('the socket to be closed', () => this.closed);
  }

  /** The line breaks without a word. */
  async break(): Promise<void> {
    this.#socket.terminate();
    await wait(100);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close(1000);
    this.#socket.terminate();
  }
}
