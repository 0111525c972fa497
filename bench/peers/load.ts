/** The stamped sender seen from a bench. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { StampedOrder, StampedReport } from './stamped-load.ts';

export class StampedLoad {
  readonly #child: ChildProcess;
  /** The port it sends from; what is sent back there is dropped. */
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(): Promise<StampedLoad> {
    const child = fork(new URL('./stamped-load.ts', import.meta.url));
    const [report] = (await once(child, 'message')) as [StampedReport];
    return new StampedLoad(child, report.kind === 'ready' ? report.port : 0);
  }

  send(ports: readonly number[]): void {
    this.#child.send({ kind: 'ports', ports } satisfies StampedOrder);
  }

  /** @returns packets that were sent more than 20 ms after they were due. */
  async stop(): Promise<number> {
    this.#child.send({ kind: 'stop' } satisfies StampedOrder);
    const [report] = (await once(this.#child, 'message')) as [StampedReport];
    return report.kind === 'stopped' ? report.lateCount : 0;
  }
}
