/** The sockets of the SIP edge: UDP and TCP on one address and port, TLS on another (RFC 3261 §18, §26.2). */
import type { Clock } from '@tacet/domain';
import type { HostPort } from '@tacet/wire/sip';
import type { SipCounts } from './counts.ts';
import { isAnyHost } from './host-text.ts';
import { LocalHosts } from './local-hosts.ts';
import { tcpCarrier } from './stream-carrier.ts';
import { StreamConnections } from './stream-connections.ts';
import { type SipTlsOptions, type TlsCarrier, type TlsCredentials, tlsCarrier } from './tls-carrier.ts';
import { UdpSocket } from './udp-socket.ts';
import type { Arrival, Protocol, Way } from './way.ts';

export interface TransportOptions {
  /** Port 0 takes a free one, the same for UDP and TCP. */
  readonly listen: HostPort;
  /** Absent: TLS is not spoken. */
  readonly tls?: SipTlsOptions;
  readonly clock: Clock;
  readonly counts: SipCounts;
  readonly onArrival: (arrival: Arrival) => void;
  /** An error of the UDP socket itself; it goes on afterwards. */
  readonly onFailed: (error: Error) => void;
}

/** TLS as it runs. */
interface Secured {
  readonly carrier: TlsCarrier;
  readonly connections: StreamConnections;
}

/** How often another free port is tried when TCP finds the one that UDP got in use. */
const attemptsMax = 20;

async function listenSecured(options: TransportOptions): Promise<Secured | undefined> {
  if (options.tls === undefined) return undefined;
  const carrier = tlsCarrier(options.tls, options.counts);
  return { carrier, connections: await StreamConnections.listen(carrier, options.tls.listen, options) };
}

export class SipTransport implements AsyncDisposable {
  /** Where we listen for UDP and TCP, with the port that was found. */
  readonly address: HostPort;
  readonly #udp: UdpSocket;
  readonly #tcp: StreamConnections;
  readonly #secured: Secured | undefined;
  readonly #localHosts = new LocalHosts();

  private constructor(host: string, udp: UdpSocket, tcp: StreamConnections, secured: Secured | undefined) {
    this.address = { host, port: udp.port };
    this.#udp = udp;
    this.#tcp = tcp;
    this.#secured = secured;
  }

  /** @throws Error when an address cannot be bound. */
  static async open(options: TransportOptions): Promise<SipTransport> {
    const { listen } = options;
    await using stack = new AsyncDisposableStack();
    const secured = await listenSecured(options);
    if (secured !== undefined) stack.use(secured.connections);
    for (let attempt = 1; ; attempt += 1) {
      const udp = await UdpSocket.bind(listen, options);
      try {
        const at = { host: listen.host, port: udp.port };
        const tcp = await StreamConnections.listen(tcpCarrier(), at, options);
        stack.move();
        return new SipTransport(listen.host, udp, tcp, secured);
      } catch (error) {
        await udp[Symbol.asyncDispose]();
        if (listen.port !== 0 || attempt === attemptsMax) throw error;
      }
    }
  }

  /** Sends on a way; `onFailed` is called, later, when that did not work. */
  send(way: Way, bytes: Uint8Array, onFailed: () => void): void {
    if (way.protocol === 'UDP') {
      this.#udp.send(way.remote, bytes, onFailed);
      return;
    }
    const connections = this.#connectionsOf(way.protocol);
    if (connections === undefined) queueMicrotask(onFailed);
    else connections.send(way, bytes, onFailed);
  }

  /** Whether something can be sent on this way as far as we know; over UDP that is never known. */
  isOpen(way: Way): boolean {
    return way.protocol === 'UDP' || this.#connectionsOf(way.protocol)?.isOpen(way) === true;
  }

  /** The port that peers reach us at by this protocol. */
  portOf(protocol: Protocol): number {
    return protocol === 'TLS' ? (this.#secured?.connections.port ?? 0) : this.address.port;
  }

  /**
   * A way to a peer that may not have spoken yet; undefined when no connection can be made.
   * @param peerNames names of which a TLS peer has to prove one, where its host is not to be gone by.
   */
  async wayTo(protocol: Protocol, remote: HostPort, peerNames?: readonly string[]): Promise<Way | undefined> {
    return protocol === 'UDP' ? { protocol, remote } : this.#connectionsOf(protocol)?.connect(remote, peerNames);
  }

  /**
   * The address of ours that the peer of this way reaches.
   * @throws Error when there is no route to it.
   */
  async localHostOf(way: Way): Promise<string> {
    if (way.localHost !== undefined) return way.localHost;
    return isAnyHost(this.address.host) ? this.#localHosts.towards(way.remote) : this.address.host;
  }

  /** Handshakes use other certificates from now on. */
  renewTls(credentials: TlsCredentials): void {
    this.#secured?.carrier.renew(credentials);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sockets = [this.#udp, this.#tcp, this.#secured?.connections];
    await Promise.all(sockets.map((one) => one?.[Symbol.asyncDispose]()));
  }

  #connectionsOf(protocol: 'TCP' | 'TLS'): StreamConnections | undefined {
    return protocol === 'TCP' ? this.#tcp : this.#secured?.connections;
  }
}
