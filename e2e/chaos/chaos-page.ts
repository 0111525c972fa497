/** A co-browsed page of a chaos run: it tells something ten times a second, and comes back whenever its line breaks. */
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { snapshot, typed } from '../cobrowse/raw-page.ts';
import type { Said } from './phone-lines.ts';
import { wallTime } from './random-pauses.ts';
import { itemText } from './written-items.ts';

const tellMs = 100;
const comeBackMs = 500;
/** It is over, as the server says; every other code means that it may come back. */
const overCode = 4404;
/** What the page is told where one of the two has made a mistake. */
const mistakes: ReadonlySet<number> = new Set([4400, 4401, 4409, 4429]);

export class ChaosPage {
  readonly #url: string;
  readonly #hello: { readonly token: string; readonly tab: string; readonly page: string };
  readonly #sentAt: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #socket: WebSocket | undefined;
  /** What the next frame is numbered; also what nobody could be told while the line was broken is counted. */
  #next = 0;
  #mark: number | undefined;
  #shownMark: number | undefined;
  #comeBackAt = 0;
  #mistake: number | undefined;
  #isOver = false;

  constructor(httpUrl: string, token: string) {
    this.#url = `${httpUrl.replace('http', 'ws')}/tacet/v1/cobrowse`;
    const [tab = '', page = ''] = [randomBytes(16), randomBytes(16)].map((bytes) => bytes.toString('hex'));
    this.#hello = { token, tab, page };
    this.#timer = setInterval(() => this.#turn(), tellMs);
  }

  /** Code with which the server said that the page had made a mistake. */
  get mistake(): number | undefined {
    return this.#mistake;
  }

  /** @returns when each thing was told; `NaN` for what nobody heard. */
  leave(): Said {
    clearInterval(this.#timer);
    this.#isOver = true;
    this.#socket?.close(1000);
    const sentAt = Float64Array.from(this.#sentAt);
    return { sentAt, goneAt: sentAt };
  }

  #turn(): void {
    if (this.#socket === undefined && wallTime() >= this.#comeBackAt) this.#connect();
    const number = this.#sentAt.length;
    const isHeard = this.#socket?.readyState === WebSocket.OPEN && this.#mark !== undefined;
    this.#sentAt.push(isHeard ? wallTime() : Number.NaN);
    if (isHeard) this.#tell(itemText(number));
    else if (this.#socket === undefined) this.#next += 1;
  }

  #tell(text: string): void {
    const isShown = this.#mark === this.#shownMark;
    this.#socket?.send(
      isShown ? `event ${this.#next} ${typed(text)}` : `anchor ${this.#next} ${this.#mark} ${snapshot(text)}`,
    );
    this.#shownMark = this.#mark;
    this.#next += 1;
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#mark = undefined;
    this.#shownMark = undefined;
    socket.on('open', () => socket.send(`hello ${JSON.stringify({ ...this.#hello, next: this.#next })}`));
    socket.on('message', (data) => {
      this.#mark = (JSON.parse(String(data)) as { readonly number: number }).number;
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => this.#closed(socket, code));
  }

  #closed(socket: WebSocket, code: number): void {
    if (this.#socket !== socket || this.#isOver) return;
    this.#socket = undefined;
    if (mistakes.has(code)) this.#mistake ??= code;
    this.#comeBackAt = code === overCode ? Number.POSITIVE_INFINITY : wallTime() + comeBackMs;
  }
}
