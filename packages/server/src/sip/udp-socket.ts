/** The UDP socket of the SIP edge: a datagram is a message (RFC 3261 §18.1). */
import { createSocket, type Socket } from 'node:dgram';
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { answerStun, type HostPort, isStun, parseMessage } from '@tacet/wire/sip';
import { plainHost } from './host-text.ts';
import { sipEdgeLimits } from './limits.ts';
import type { Arrival } from './way.ts';

export interface UdpOptions {
  readonly onArrival: (arrival: Arrival) => void;
  /** Hears of errors of the socket itself; it goes on afterwards. */
  readonly onFailed: (error: Error) => void;
}

export class UdpSocket implements AsyncDisposable {
  readonly port: number;
  readonly #socket: Socket;
  readonly #isIpv6: boolean;
  #unsentCount = 0;
  #onAllSent: () => void = () => undefined;

  private constructor(socket: Socket, isIpv6: boolean) {
    this.port = socket.address().port;
    this.#socket = socket;
    this.#isIpv6 = isIpv6;
  }

  /** @throws Error when the address cannot be bound. */
  static async bind(listen: HostPort, { onArrival, onFailed }: UdpOptions): Promise<UdpSocket> {
    const isIpv6 = isIPv6(listen.host);
    const socket = createSocket({
      type: isIpv6 ? 'udp6' : 'udp4',
      recvBufferSize: sipEdgeLimits.receiveBufferBytes,
    });
    socket.on('message', (bytes, { address, port }) => {
      // A peer that asks by STUN how it is seen, or whether we are there (RFC 5626 §4.4.2).
      const stun = isStun(bytes) ? answerStun(bytes, { host: plainHost(address), port }) : undefined;
      if (stun !== undefined) socket.send(stun, port, address, () => undefined);
      if (isStun(bytes)) return;
      const parsed = parseMessage(bytes);
      const way = { protocol: 'UDP', remote: { host: plainHost(address), port } } as const;
      onArrival(
        parsed.ok ? { kind: 'message', message: parsed.message, way } : { kind: 'refused', fault: parsed.fault, way },
      );
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(listen.port, listen.host, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    socket.on('error', onFailed);
    return new UdpSocket(socket, isIpv6);
  }

  /** Sends a datagram; `onFailed` is called, later, when the network did not take it. */
  send(to: HostPort, bytes: Uint8Array, onFailed: () => void): void {
    const host = this.#isIpv6 && isIPv4(to.host) ? `::ffff:${to.host}` : to.host;
    // A name may take long to be looked up, longer than a stop should wait.
    const unsent = isIP(host) === 0 ? 0 : 1;
    this.#unsentCount += unsent;
    const done = (error: Error | null): void => {
      this.#unsentCount -= unsent;
      if (this.#unsentCount === 0) this.#onAllSent();
      if (error !== null) onFailed();
    };
    try {
      this.#socket.send(bytes, to.port, host, done);
    } catch (error) {
      // A port of 0, or a socket closed meanwhile: the caller hears of it as of any other failure.
      queueMicrotask(() => done(error as Error));
    }
  }

  /** Closes once everything was handed to the network: a socket that closes drops what it has yet to look up. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#unsentCount > 0) {
      await new Promise<void>((resolve) => {
        this.#onAllSent = resolve;
      });
    }
    await new Promise<void>((resolve) => {
      this.#socket.close(() => resolve());
    });
  }
}
