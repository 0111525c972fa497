/** What carries a stream of SIP messages: TCP as it is. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { HostPort } from '@tacet/wire/sip';

/** Makes and takes connections of one protocol. */
export interface StreamCarrier {
  readonly protocol: 'TCP' | 'TLS';
  readonly server: Server;
  /** Hears of connections on which the peer may begin to speak. */
  onSocket(listener: (socket: Socket) => void): void;
  /** A connection of ours; it may be used after the event `isReady`. */
  connect(remote: HostPort, peerNames?: readonly string[]): { readonly socket: Socket; readonly isReady: string };
  /** What the peer has proved to be called; nothing where it proved nothing. */
  readonly namesOf: (socket: Socket) => readonly string[];
}

export function tcpCarrier(): StreamCarrier {
  const server = createServer({ noDelay: true });
  return {
    protocol: 'TCP',
    server,
    onSocket: (listener) => server.on('connection', listener),
    connect: ({ host, port }) => ({ socket: connect({ host, port, noDelay: true }), isReady: 'connect' }),
    namesOf: () => [],
  };
}
