/** The connections of the SIP edge, ours and those of peers, TCP or TLS: bounded in number, silence and unread bytes. */
import type { Server, Socket } from 'node:net';
import type { Clock } from '@tacet/domain';
import { type HostPort, type StreamEvent, StreamFramer } from '@tacet/wire/sip';
import type { SipCounts } from './counts.ts';
import { plainHost } from './host-text.ts';
import { sipEdgeLimits } from './limits.ts';
import type { StreamCarrier } from './stream-carrier.ts';
import { TimerSet } from './timer-set.ts';
import type { Arrival, Way } from './way.ts';

interface Connection {
  readonly socket: Socket;
  readonly way: Way;
  readonly framer: StreamFramer;
  readonly timers: TimerSet<'silence'>;
}

export interface StreamOptions {
  readonly clock: Clock;
  readonly counts: SipCounts;
  readonly onArrival: (arrival: Arrival) => void;
}

/** The answer to a keep-alive (RFC 5626 §4.4.1). */
const pong = new Uint8Array([0x0d, 0x0a]);

export class StreamConnections implements AsyncDisposable {
  readonly #carrier: StreamCarrier;
  readonly #options: StreamOptions;
  readonly #server: Server;
  readonly #connections = new Map<number, Connection>();
  #lastId = 0;

  private constructor(carrier: StreamCarrier, options: StreamOptions) {
    this.#carrier = carrier;
    this.#server = carrier.server;
    this.#options = options;
    carrier.onSocket((socket) => this.#admit(socket));
  }

  /** @throws Error when the address cannot be bound. */
  static async listen(carrier: StreamCarrier, listen: HostPort, options: StreamOptions): Promise<StreamConnections> {
    const { server } = carrier;
    const connections = new StreamConnections(carrier, options);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(listen.port, listen.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // Out of file handles: that one connection is lost, those that exist go on.
    server.on('error', () => {
      options.counts.connectionsCut += 1;
    });
    return connections;
  }

  /** The port that was found. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Whether the connection of this way still stands. */
  isOpen(way: Way): boolean {
    return this.#connections.has(way.connectionId ?? 0);
  }

  /**
   * @param peerNames names of which the peer has to prove one, where its host is not to be gone by.
   * @returns the way to the peer over a new connection; undefined when it cannot be made in time.
   */
  connect(remote: HostPort, peerNames?: readonly string[]): Promise<Way | undefined> {
    if (this.#connections.size >= sipEdgeLimits.connectionsMax) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const { socket, isReady } = this.#carrier.connect(remote, peerNames);
      const giveUp = this.#options.clock.later(sipEdgeLimits.connectMs, () => socket.destroy());
      const failed = (): void => {
        giveUp();
        resolve(undefined);
      };
      socket.once('error', failed);
      socket.once('close', failed);
      socket.once(isReady, () => {
        giveUp();
        socket.off('error', failed).off('close', failed);
        resolve(this.#keep(socket).way);
      });
    });
  }

  /** Sends over the connection of the way; `onFailed` is called, later, when it is gone or goes. */
  send(way: Way, bytes: Uint8Array, onFailed: () => void): void {
    const socket = this.#connections.get(way.connectionId ?? 0)?.socket;
    if (socket === undefined) {
      queueMicrotask(onFailed);
      return;
    }
    socket.write(bytes, (error) => {
      if (error != null) onFailed();
    });
    if (socket.writableLength <= sipEdgeLimits.unsentBytesMax) return;
    this.#options.counts.connectionsCut += 1;
    socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // What was written last, the answers to BYE, shall still go out.
    for (const { socket } of this.#connections.values()) socket.destroySoon();
    for (const { timers } of this.#connections.values()) timers.stopAll();
    await closed;
  }

  #admit(socket: Socket): void {
    if (this.#connections.size < sipEdgeLimits.connectionsMax) {
      this.#keep(socket);
      return;
    }
    this.#options.counts.connectionsCut += 1;
    socket.on('error', () => undefined);
    socket.destroy();
  }

  #keep(socket: Socket): Connection {
    this.#lastId += 1;
    const id = this.#lastId;
    const remote = { host: plainHost(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
    const { protocol, namesOf } = this.#carrier;
    const peerNames = namesOf(socket);
    const way: Way = {
      protocol,
      remote,
      connectionId: id,
      localHost: plainHost(socket.localAddress ?? ''),
      ...(peerNames.length === 0 ? {} : { peerNames }),
    };
    const connection: Connection = {
      socket,
      way,
      framer: new StreamFramer(),
      timers: new TimerSet(this.#options.clock),
    };
    this.#connections.set(id, connection);
    this.#awaitMessage(connection, sipEdgeLimits.firstMessageMs);
    socket.on('data', (bytes) => this.#take(connection, bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connection.timers.stopAll();
      this.#connections.delete(id);
    });
    return connection;
  }

  /** Only whole messages count as speaking: a peer that sends byte by byte is silent. */
  #awaitMessage({ timers, socket }: Connection, ms: number): void {
    timers.start('silence', ms, () => {
      this.#options.counts.connectionsCut += 1;
      socket.destroy();
    });
  }

  #take(connection: Connection, bytes: Uint8Array): void {
    for (const event of connection.framer.feed(bytes)) {
      this.#awaitMessage(connection, sipEdgeLimits.idleMs);
      this.#takeEvent(connection, event);
    }
  }

  #takeEvent({ socket, way }: Connection, event: StreamEvent): void {
    switch (event.kind) {
      case 'ping':
        this.send(way, pong, () => undefined);
        return;
      case 'message':
        this.#options.onArrival({ kind: 'message', message: event.message, way });
        return;
      case 'refused':
        this.#options.onArrival({ kind: 'refused', fault: event.fault, way });
        return;
      case 'broken':
        this.#options.onArrival({ kind: 'refused', fault: event.fault, way });
        // Where the next message begins is not known, so nothing that follows can be read.
        socket.destroySoon();
    }
  }
}
