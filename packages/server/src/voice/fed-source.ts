/** Units that the main thread hands over stand in for datagrams: the capture behind them is the same. */
import type { Instant } from '@tacet/domain';
import type { DatagramSource } from './datagram-source.ts';

const pendingFencesMax = 16;

interface Fence {
  readonly number: number;
  readonly passed: (at: Instant) => void;
}

/** Takes a unit of the stream. */
export type FedListener = (bytes: Uint8Array, arrivedAt: Instant, isAnchor: boolean) => void;

export class FedSource implements DatagramSource {
  readonly port = 0;
  readonly #listener: FedListener;
  readonly #askFence: (number: number) => void;
  #fences: readonly Fence[] = [];
  #lastFence = 0;
  #isClosed = false;

  /** @param askFence asks the main thread for a fence behind all that it can read now. */
  constructor(listener: FedListener, askFence: (number: number) => void) {
    this.#listener = listener;
    this.#askFence = askFence;
  }

  /** A unit, stamped when the main thread read it. */
  take(bytes: Uint8Array, arrivedAt: Instant, isAnchor = true): void {
    if (this.#isClosed) bytes.fill(0);
    else this.#listener(bytes, arrivedAt, isAnchor);
  }

  sendFence(passed: (at: Instant) => void): void {
    this.#lastFence += 1;
    this.#fences = [...this.#fences.slice(-pendingFencesMax + 1), { number: this.#lastFence, passed }];
    this.#askFence(this.#lastFence);
  }

  /** A fence came through the same channel as the units. @param at when the main thread had read and fed everything. */
  takeFence(number: number, at: Instant): void {
    const fence = this.#fences.find((one) => one.number === number);
    this.#fences = this.#fences.filter((one) => one.number > number);
    fence?.passed(at);
  }

  /** Units come by themselves. */
  fetch(): void {}

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#fences = [];
  }
}
