/** The reads of a playback worker: each renders only when it is pulled, so that many take turns on one thread. */
import { Fault } from '@tacet/domain';
import type { FromPlaybackWorker, RenderOrder, ToPlaybackWorker } from './playback-messages.ts';

type Pieces = AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;

export interface RenderDeskPorts {
  /** Begins to render; nothing is read before the first piece is asked for. */
  readonly render: (order: RenderOrder) => Pieces;
  readonly send: (message: FromPlaybackWorker, transfer: readonly ArrayBuffer[]) => void;
}

export class RenderDesk {
  readonly #ports: RenderDeskPorts;
  readonly #reads = new Map<number, Pieces>();

  constructor(ports: RenderDeskPorts) {
    this.#ports = ports;
  }

  /** Takes a message from the main thread; resolves when it is answered. */
  async take(message: ToPlaybackWorker): Promise<void> {
    const { id } = message;
    if (message.kind === 'begin') {
      this.#reads.set(id, this.#ports.render(message.order));
      return;
    }
    const pieces = this.#reads.get(id);
    if (pieces === undefined) return;
    if (message.kind === 'pull') await this.#pull(id, pieces);
    else await this.#cancel(id, pieces);
  }

  async #pull(id: number, pieces: Pieces): Promise<void> {
    try {
      const next = await pieces.next();
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

  async #cancel(id: number, pieces: Pieces): Promise<void> {
    this.#reads.delete(id);
    try {
      await pieces.return();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : 'rendering failed';
    this.#ports.send({ kind: 'trouble', message }, []);
  }
}
