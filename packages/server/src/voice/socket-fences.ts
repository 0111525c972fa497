/** Fences of fed streams whose edge has a datagram socket of its own: a turn of the event loop does not read one empty. */
import type { StreamId } from '@tacet/domain';

/** Resolves when everything that had reached the socket has been fed. */
export type SocketFence = () => Promise<void>;

/** Of all workers, so that it goes with a stream to the next one. */
export class SocketFences {
  readonly #fences = new Map<StreamId, SocketFence>();

  set(streamId: StreamId, fence: SocketFence | undefined): void {
    if (fence === undefined) this.#fences.delete(streamId);
    else this.#fences.set(streamId, fence);
  }

  get(streamId: StreamId): SocketFence | undefined {
    return this.#fences.get(streamId);
  }
}
