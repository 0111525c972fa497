/** The reads of a playback worker: each renders only when it is pulled, so that many take turns on one thread. */
import { Fault } from '@tacet/domain';
import type { FromPlaybackWorker, RenderOrder, ToPlaybackWorker } from './playback-messages.ts';

type Pieces = AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;

export interface RenderDeskPorts {
  /** Begins to render; nothing is read before the first piece is asked for. The signal ends it at once. */
  readonly render: (order: RenderOrder, signal: AbortSignal) => Pieces;
  readonly send: (message: FromPlaybackWorker, transfer: readonly ArrayBuffer[]) => void;
}

interface Read {
  readonly pieces: Pieces;
  readonly ending: AbortController;
}

export class RenderDesk {
  readonly #ports: RenderDeskPorts;
  readonly #reads = new Map<number, Read>();

  constructor(ports: RenderDeskPorts) {
    this.#ports = ports;
  }

  /** Takes a message from the main thread; resolves when it is answered. */
  async take(message: ToPlaybackWorker): Promise<void> {
    if (message.kind === 'stop') {
      await Promise.all(Array.from(this.#reads.keys(), (id) => this.#cancel(id)));
      return;
    }
    const { id } = message;
    if (message.kind === 'begin') {
      const ending = new AbortController();
      this.#reads.set(id, { pieces: this.#ports.render(message.order, ending.signal), ending });
    } else if (message.kind === 'pull') await this.#pull(id);
    else await this.#cancel(id);
  }

  async #pull(id: number): Promise<void> {
    const read = this.#reads.get(id);
    if (read === undefined) return;
    try {
      const next = await read.pieces.next();
      if (!this.#reads.has(id)) return;
      if (next.done !== true) {
        this.#ports.send({ kind: 'chunk', id, bytes: next.value }, [next.value.buffer]);
        return;
      }
      this.#reads.delete(id);
      this.#ports.send({ kind: 'end', id }, []);
    } catch (error) {
      if (!(error instanceof Fault)) this.#report(error);
      if (!this.#reads.delete(id)) return;
      const fault = error instanceof Fault ? error : new Fault('mediaUnavailable', { what: 'rendering' });
      this.#ports.send({ kind: 'fault', id, code: fault.code, facts: fault.facts }, []);
    }
  }

  async #cancel(id: number): Promise<void> {
    const read = this.#reads.get(id);
    if (read === undefined) return;
    this.#reads.delete(id);
    read.ending.abort();
    try {
      await read.pieces.return();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : 'rendering failed';
    this.#ports.send({ kind: 'trouble', message }, []);
  }
}
