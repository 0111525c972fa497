/** The sockets of the SIP edge: UDP and TCP on one address and port (RFC 3261 §18). */
import type { Clock } from '@tacet/domain';
import type { HostPort } from '@tacet/wire/sip';
import type { SipCounts } from './counts.ts';
import { isAnyHost } from './host-text.ts';
import { LocalHosts } from './local-hosts.ts';
import { TcpConnections } from './tcp-connections.ts';
import { UdpSocket } from './udp-socket.ts';
import type { Arrival, Way } from './way.ts';

export interface TransportOptions {
  /** Port 0 takes a free one, the same for both protocols. */
  readonly listen: HostPort;
  readonly clock: Clock;
  readonly counts: SipCounts;
  readonly onArrival: (arrival: Arrival) => void;
  /** An error of the UDP socket itself; it goes on afterwards. */
  readonly onFailed: (error: Error) => void;
}

/** How often another free port is tried when TCP finds the one that UDP got in use. */
const attemptsMax = 20;

export class SipTransport implements AsyncDisposable {
  /** Where we listen, with the port that was found. */
  readonly address: HostPort;
  readonly #udp: UdpSocket;
  readonly #tcp: TcpConnections;
  readonly #localHosts = new LocalHosts();

  private constructor(host: string, udp: UdpSocket, tcp: TcpConnections) {
    this.address = { host, port: udp.port };
    this.#udp = udp;
    this.#tcp = tcp;
  }

  /** @throws Error when the address cannot be bound for both protocols. */
  static async open(options: TransportOptions): Promise<SipTransport> {
    const { listen } = options;
    for (let attempt = 1; ; attempt += 1) {
      const udp = await UdpSocket.bind(listen, options.onArrival, options.onFailed);
      try {
        const tcp = await TcpConnections.listen({ host: listen.host, port: udp.port }, options);
        return new SipTransport(listen.host, udp, tcp);
      } catch (error) {
        await udp[Symbol.asyncDispose]();
        if (listen.port !== 0 || attempt === attemptsMax) throw error;
      }
    }
  }

  /** Sends on a way; `onFailed` is called, later, when that did not work. */
  send(way: Way, bytes: Uint8Array, onFailed: () => void): void {
    if (way.protocol === 'UDP') this.#udp.send(way.remote, bytes, onFailed);
    else this.#tcp.send(way, bytes, onFailed);
  }

  /** Whether something can be sent on this way as far as we know; over UDP that is never known. */
  isOpen(way: Way): boolean {
    return way.protocol === 'UDP' || this.#tcp.isOpen(way);
  }

  /** A way to a peer that may not have spoken yet; undefined when no connection can be made. */
  async wayTo(protocol: 'UDP' | 'TCP', remote: HostPort): Promise<Way | undefined> {
    return protocol === 'UDP' ? { protocol, remote } : this.#tcp.connect(remote);
  }

  /**
   * The address of ours that the peer of this way reaches.
   * @throws Error when there is no route to it.
   */
  async localHostOf(way: Way): Promise<string> {
    if (way.localHost !== undefined) return way.localHost;
    return isAnyHost(this.address.host) ? this.#localHosts.towards(way.remote) : this.address.host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#udp[Symbol.asyncDispose](), this.#tcp[Symbol.asyncDispose]()]);
  }
}
