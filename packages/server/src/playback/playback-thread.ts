/** A playback worker seen from the main thread. */
import type { Worker } from 'node:worker_threads';
import { Fault, needs } from '@tacet/domain';
import { playbackLimits } from './playback-limits.ts';
import type { FromPlaybackWorker, PullAnswer, RenderOrder, ToPlaybackWorker } from './playback-messages.ts';

export interface PlaybackThreadPorts {
  readonly onTrouble: (message: string) => void;
  /** The worker is gone; every reader has been told. */
  readonly onGone: () => void;
}

interface Waiting {
  readonly resolve: (answer: PullAnswer) => void;
  readonly reject: (fault: Fault) => void;
}

export class PlaybackThread {
  readonly #worker: Worker;
  readonly #reads = new Set<number>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #exit: Promise<void>;
  #lastId = 0;
  /** It may have started programs, which it has to end itself. */
  #hasEncoded = false;
  #gone: Fault | undefined;

  constructor(worker: Worker, { onTrouble, onGone }: PlaybackThreadPorts) {
    this.#worker = worker;
    worker.on('message', (message: FromPlaybackWorker) => {
      if (message.kind === 'trouble') onTrouble(message.message);
      else this.#answer(message);
    });
    worker.on('error', (error) => onTrouble(error instanceof Error ? error.message : 'playback worker failed'));
    this.#exit = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#end(new Fault('mediaUnavailable', { what: 'worker' }));
        onGone();
        resolve();
      });
    });
    // Only a read that somebody waits for keeps the process running.
    worker.unref();
  }

  /** Begins a read. @returns its id. */
  begin(order: RenderOrder): number {
    this.#lastId += 1;
    const id = this.#lastId;
    if (this.#reads.size === 0) this.#worker.ref();
    this.#reads.add(id);
    this.#hasEncoded ||= order.target !== undefined;
    this.#post({ kind: 'begin', id, order });
    return id;
  }

  /**
   * The next piece of a read, or its end.
   * @throws Fault as rendering has it, or mediaUnavailable when the worker is gone.
   */
  async pull(id: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#gone !== undefined) throw this.#gone;
    needs(!this.#waiting.has(id), 'a read is pulled once at a time');
    const answer = await new Promise<PullAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ kind: 'pull', id });
    });
    if (answer.kind === 'fault') throw new Fault(answer.code, answer.facts);
    return answer.kind === 'chunk' ? answer.bytes : undefined;
  }

  /** The reader wants nothing more, and is told so if it waits; a read that is over stays so. */
  finish(id: number, fault: Fault = new Fault('stopping')): void {
    if (!this.#reads.delete(id)) return;
    this.#waiting.get(id)?.reject(fault);
    this.#waiting.delete(id);
    this.#post({ kind: 'cancel', id });
    if (this.#reads.size === 0) this.#worker.unref();
  }

  /** Stops the worker; readers are told `fault`. */
  async stop(fault: Fault): Promise<void> {
    this.#end(fault);
    if (this.#hasEncoded) {
      this.#worker.postMessage({ kind: 'stop' } satisfies ToPlaybackWorker);
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, playbackLimits.workerStopMs);
      await Promise.race([this.#exit, late.promise]).finally(() => clearTimeout(timer));
    }
    await this.#worker.terminate();
  }

  #answer(answer: PullAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.resolve(answer);
  }

  #end(fault: Fault): void {
    this.#gone ??= fault;
    for (const { reject } of this.#waiting.values()) reject(fault);
    this.#waiting.clear();
  }

  #post(message: ToPlaybackWorker): void {
    if (this.#gone === undefined) this.#worker.postMessage(message);
  }
}
