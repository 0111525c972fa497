/** The phones' process seen from the run: streams are begun, and ended with what they sent. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { end, environment } from '../harness/programs.ts';
import type { PhoneOrder, PhoneReport } from './phones.ts';

/** What a stream sent. */
export type Said = Omit<PhoneReport, 'stream'>;

export class PhoneLines implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (said: Said) => void>();
  #lastStream = 0;

  /** @param isCalm whether the network between the phones and the server does no harm. */
  constructor(seed: number, isCalm: boolean) {
    const program = join(import.meta.dirname, 'phones.ts');
    this.#child = fork(program, [String(seed), isCalm ? 'calm' : 'rough'], {
      env: environment(),
      serialization: 'advanced',
    });
    this.#child.on('message', ({ stream, ...said }: PhoneReport) => {
      this.#waiting.get(stream)?.(said);
      this.#waiting.delete(stream);
    });
  }

  /** @returns the number of a new stream that talks to the port from now on. */
  talk(port: number): number {
    this.#lastStream += 1;
    this.#order({ kind: 'talk', stream: this.#lastStream, port });
    return this.#lastStream;
  }

  /** Ends a stream. @returns when each of its packets was sent. */
  hush(stream: number): Promise<Said> {
    const told = new Promise<Said>((resolve) => this.#waiting.set(stream, resolve));
    this.#order({ kind: 'hush', stream });
    return told;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return end(this.#child, 'SIGKILL');
  }

  #order(order: PhoneOrder): void {
    this.#child.send(order);
  }
}
