/** The port behind which datagrams are received: plain `dgram`, or the batch receiver with the kernel's arrival stamps. */
import type { UnitRun } from '@tacet/capture';
import type { Instant } from '@tacet/domain';

export interface Origin {
  readonly address: string;
  readonly port: number;
}

/** @param bytes valid during the call only: the same memory takes the next datagram, and is overwritten in between. */
export type DatagramListener = (bytes: Uint8Array, from: Origin, arrivedAt: Instant) => void;

/**
 * Datagrams of one length from one sender, read at once. @returns how many of the first were taken; the next one comes
 * by itself.
 */
export type RunListener = (run: UnitRun, from: Origin) => number;

/** Who hears of what a port receives. */
export interface PortListeners {
  readonly dropped?: DropListener;
  /** Left out, every datagram comes by itself, as it does from a receiver that knows no runs. */
  readonly run?: RunListener;
}

/** The kernel had no room for `count` datagrams that came between these two instants. */
export type DropListener = (count: number, from: Instant, to: Instant) => void;

/** One bound UDP port. */
export interface DatagramSource {
  readonly port: number;
  /** All that arrived before this instant has been handed over; left out where datagrams are read as they come. */
  readonly readUntil?: Instant;
  /**
   * Makes sure that all that has arrived so far has been handed to the listener: by reading the socket empty, where that
   * can be done at once, or else by a fence, a datagram to our own socket through the same kernel queue.
   * @param passed called when that is so.
   */
  sendFence(passed: (at: Instant) => void): void;
  /** Hands over at once what has arrived and was not read yet; does nothing where it comes by itself. */
  fetch(): void;
  close(): Promise<void>;
}

export interface DatagramPorts {
  /**
   * Binds a port and hands every datagram to `listener`.
   * @throws an error with code `EADDRINUSE` when the port is taken.
   */
  bind(port: number, listener: DatagramListener, others?: PortListeners): Promise<DatagramSource>;
}
