/** Datagrams through Node's `dgram`: no arrival stamps, therefore a fence before any gate opens. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock, Instant } from '@tacet/domain';
import type { DatagramListener, DatagramPorts, DatagramSource } from './datagram-source.ts';

const nonceBytes = 24;
/** Room for about 150 ms of a very busy port; the kernel may grant less. */
const receiveBufferBytes = 256 * 1024;
const pendingFencesMax = 16;

/** A socket bound to every address reaches itself over loopback. */
const loopbackOf: { readonly [wildcard: string]: string } = { '0.0.0.0': '127.0.0.1', '::': '::1' };

interface Fence {
  readonly nonce: Buffer;
  readonly passed: (at: Instant) => void;
}

class DgramSource implements DatagramSource {
  readonly #socket: Socket;
  readonly #listener: DatagramListener;
  #fences: readonly Fence[] = [];

  constructor(socket: Socket, clock: Clock, listener: DatagramListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.on('message', (bytes, from) => {
      const arrivedAt = clock.now();
      if (this.#fences.length > 0 && bytes.length === nonceBytes && this.#takeFence(bytes, arrivedAt)) return;
      this.#listener(bytes, from, arrivedAt);
    });
    // ICMP errors of a peer that went away come up here; they are no reason to stop receiving.
    socket.on('error', () => undefined);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  sendFence(passed: (at: Instant) => void): void {
    const fence = { nonce: randomBytes(nonceBytes), passed };
    this.#fences = [...this.#fences.slice(-pendingFencesMax + 1), fence];
    const { address, port } = this.#socket.address();
    this.#socket.send(fence.nonce, port, loopbackOf[address] ?? address);
  }

  /** Datagrams come from the event loop alone. */
  fetch(): void {}

  close(): Promise<void> {
    this.#fences = [];
    return new Promise((resolve) => this.#socket.close(resolve));
  }

  #takeFence(bytes: Buffer, at: Instant): boolean {
    const fence = this.#fences.find(({ nonce }) => nonce.equals(bytes));
    if (fence === undefined) return false;
    this.#fences = this.#fences.filter((other) => other !== fence);
    fence.passed(at);
    return true;
  }
}

/** @param address local IP address to bind; `0.0.0.0` or `::` for all. */
export function dgramPorts(address: string, clock: Clock): DatagramPorts {
  return {
    bind(port, listener) {
      return new Promise((resolve, reject) => {
        const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', recvBufferSize: receiveBufferBytes });
        socket.once('error', reject);
        socket.bind({ port, address, exclusive: true }, () => {
          socket.removeListener('error', reject);
          resolve(new DgramSource(socket, clock, listener));
        });
      });
    },
  };
}
