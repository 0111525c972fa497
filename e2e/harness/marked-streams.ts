/** Marked RTP streams of a process of their own, so that nothing a test does makes them late. */
import { type ChildProcess, fork } from 'node:child_process';
import { on } from 'node:events';
import { join } from 'node:path';
import type { FromSender, SentFrame, Target, ToSender } from './marked-sender.ts';
import { end, environment } from './programs.ts';

export type { SentFrame };

async function hear<Kind extends FromSender['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<FromSender, { readonly kind: Kind }>> {
  for await (const [message] of on(child, 'message', { close: ['exit'] }) as AsyncIterable<[FromSender]>) {
    if (message.kind === kind) return message as Extract<FromSender, { readonly kind: Kind }>;
  }
  throw new Error('The sender has ended.');
}

export class MarkedStreams implements AsyncDisposable {
  /** The ports that the streams are sent from, in their order. */
  readonly ports: readonly number[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ports: readonly number[]) {
    this.#child = child;
    this.ports = ports;
  }

  /** @param marks the stream number in the mark of each stream. */
  static async open(...marks: readonly number[]): Promise<MarkedStreams> {
    const program = join(import.meta.dirname, 'marked-sender.ts');
    const child = fork(program, marks.map(String), { env: environment(), serialization: 'advanced' });
    const { ports } = await hear(child, 'ready');
    return new MarkedStreams(child, ports);
  }

  /** Sends on from where it stopped. */
  start(targets: readonly Target[]): void {
    this.#child.send({ kind: 'start', targets } satisfies ToSender);
  }

  /** Stops sending. @returns what was sent since the beginning, by stream. */
  async stop(): Promise<readonly (readonly SentFrame[])[]> {
    const told = hear(this.#child, 'sent');
    this.#child.send({ kind: 'stop' } satisfies ToSender);
    return (await told).streams;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return end(this.#child, 'SIGKILL');
  }
}
