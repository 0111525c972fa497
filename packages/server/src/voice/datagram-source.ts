/** The port behind which datagrams are received: plain `dgram` now, a batch receiver beside it later. */
import type { Instant } from '@tacet/domain';

export interface Origin {
  readonly address: string;
  readonly port: number;
}

export type DatagramListener = (bytes: Uint8Array, from: Origin, arrivedAt: Instant) => void;

/** One bound UDP port. */
export interface DatagramSource {
  readonly port: number;
  /**
   * Sends a fence to our own socket, through the same kernel queue as every datagram.
   * @param passed called when it has been read back: all that had arrived before it has been handed to the listener.
   */
  sendFence(passed: (at: Instant) => void): void;
  close(): Promise<void>;
}

export interface DatagramPorts {
  /**
   * Binds a port and hands every datagram to `listener`.
   * @throws an error with code `EADDRINUSE` when the port is taken.
   */
  bind(port: number, listener: DatagramListener): Promise<DatagramSource>;
}
