/** A WHIP client of which nothing is ours: aiortc, with pictures of one colour, and flashes that can be seen and heard. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { end, environment, listen } from './programs.ts';
import type { PublishTo } from './publishing-browser.ts';
import { until } from './until.ts';

/** Debian's Python, for which Debian has aiortc; another one that is first on the path has not. */
const python = '/usr/bin/python3';

export class ForeignPublisher implements AsyncDisposable {
  readonly #child: ChildProcess;
  #said = '';

  private constructor({ url, token }: PublishTo) {
    const program = join(import.meta.dirname, 'whip_publisher.py');
    this.#child = spawn(python, [program, url, token], { env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      listen(stream, (text) => {
        this.#said += text;
      });
    }
  }

  /** Resolves when its media flows. @throws Error with what it said when it does not come to that. */
  static async start(to: PublishTo): Promise<ForeignPublisher> {
    const publisher = new ForeignPublisher(to);
    await publisher.#hear('connected');
    return publisher;
  }

  show(colour: 'red' | 'green' | 'blue'): void {
    this.#child.stdin?.write(`${colour}\n`);
  }

  /** White pictures and a tone, for 0.3 s and at the same time. Resolves when it is over. */
  async flash(): Promise<void> {
    const before = this.#flashCount;
    this.#child.stdin?.write('flash\n');
    await until('the flash', () => this.#flashCount > before || undefined);
  }

  /** Ends the publication by `DELETE`. */
  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.stdin?.end('stop\n');
    const [code] = await gone;
    if (code !== 0) throw new Error(`The publisher ended with ${code}: ${this.#said}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#child, 'SIGKILL');
  }

  get #flashCount(): number {
    return this.#said.split('flashed').length - 1;
  }

  #hear(word: string): Promise<true> {
    return until(`the publisher to say ${word}`, () => {
      if (this.#said.includes(word)) return true;
      if (this.#child.exitCode !== null) throw new Error(`The publisher is gone: ${this.#said}`);
      return undefined;
    });
  }
}
