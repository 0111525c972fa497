/** Renders recordings away from the main thread, for whoever may read them. */
import { Worker } from 'node:worker_threads';
import { Fault } from '@tacet/domain';
import { audioPlan, type GapMode } from '@tacet/media';
import type { PlaybackPlan } from '../control/index.ts';
import type { OpenedPlayback, PlaybackPort } from '../http/ports.ts';
import type { PlaybackSettings, RenderOrder } from './playback-messages.ts';
import { PlaybackThread } from './playback-thread.ts';

/** Reads at a time: each holds a minute or two of every stream in memory, a few MiB for two. */
export const playbackReadsMax = 64;

export interface PlaybackHostSettings extends PlaybackSettings {
  /** Hears of failures in the worker, in words without content. */
  readonly onTrouble?: (message: string) => void;
  /** How the worker is started. */
  readonly startWorker?: (settings: PlaybackSettings) => Worker;
}

function startPlaybackWorker(workerData: PlaybackSettings): Worker {
  return new Worker(new URL('./playback-worker.ts', import.meta.url), { workerData });
}

/** One worker for all reads, started when it is first needed and again after it was lost. */
export class PlaybackHost implements PlaybackPort, AsyncDisposable {
  readonly #settings: Required<PlaybackHostSettings>;
  #thread: PlaybackThread | undefined;
  #readCount = 0;
  #isStopping = false;

  constructor(settings: PlaybackHostSettings) {
    this.#settings = { onTrouble: () => undefined, startWorker: startPlaybackWorker, ...settings };
  }

  /**
   * What a recording sounds like as a file; nothing is rendered before it is read.
   * @throws Fault formatUnavailable.
   */
  async open(plan: PlaybackPlan, options: { readonly gap: GapMode; readonly format: 'WAV' }): Promise<OpenedPlayback> {
    const { gap } = options;
    const { lengthBytes, contentType } = audioPlan(plan, gap);
    return { lengthBytes, contentType, read: (from, to) => this.#read({ plan, gap, from, to }) };
  }

  /** Ends every read with Fault stopping. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    await this.#thread?.stop(new Fault('stopping'));
  }

  async *#read(order: RenderOrder): AsyncGenerator<Uint8Array, void, void> {
    // Rule: one read too many is refused before it costs anything
    if (this.#readCount >= playbackReadsMax) throw new Fault('mediaUnavailable', { what: 'reads' });
    this.#readCount += 1;
    try {
      const thread = this.#liveThread();
      const id = thread.begin(order);
      try {
        for (let bytes = await thread.pull(id); bytes !== undefined; bytes = await thread.pull(id)) yield bytes;
      } finally {
        thread.finish(id);
      }
    } finally {
      this.#readCount -= 1;
    }
  }

  #liveThread(): PlaybackThread {
    if (this.#isStopping) throw new Fault('stopping');
    if (this.#thread !== undefined) return this.#thread;
    const { dataDir, onTrouble, startWorker } = this.#settings;
    const thread = new PlaybackThread(startWorker({ dataDir }), {
      onTrouble,
      onGone: () => {
        if (this.#thread === thread) this.#thread = undefined;
      },
    });
    this.#thread = thread;
    return thread;
  }
}
