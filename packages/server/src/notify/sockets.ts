/** Sockets of notification channels, on the port of the API: who may connect, and what clients say. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Actor, type Clock, Fault } from '@tacet/domain';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Channel, TokenHolders } from './channel.ts';
import type { ChannelBook } from './channel-book.ts';
import { type ClientFrame, readFrame, readPosition } from './client-frame.ts';
import type { Distribution, Position } from './distribution.ts';
import type { NotifyLimits } from './limits.ts';
import type { Line } from './line.ts';
import { nextTurn } from './next-turn.ts';
import { type SocketOutlet, socketOutlet } from './socket-outlet.ts';
import type { SubscribeWish, TopicOutcome } from './subscribe.ts';

export interface SocketParts {
  readonly book: ChannelBook;
  readonly distribution: Distribution;
  readonly holders: TokenHolders;
  readonly clock: Clock;
  readonly limits: NotifyLimits;
  readonly subscribe: (channel: Channel, actor: Actor, wish: SubscribeWish) => Promise<readonly TopicOutcome[]>;
  readonly report: (error: Error) => void;
}

/** A connected client. */
interface Client {
  readonly channel: Channel;
  readonly webSocket: WebSocket;
  readonly outlet: SocketOutlet;
  readonly line: Line;
  framesLeft: number;
  subscribesLeft: number;
  /** Subscriptions are made one after the other. */
  work: Promise<void>;
}

const pong = JSON.stringify({ topicName: 'channel.metadata', eventBody: { message: 'pong' } });

/** Where the contract has channels: `connectUri` is this path below the host, with the channel's id. */
export const socketPath = '/channels/';

type Refusal = 400 | 401 | 404 | 503;

export class Sockets {
  readonly #parts: SocketParts;
  readonly #server: WebSocketServer;
  readonly #clients = new Set<Client>();
  #isStopping = false;

  constructor(parts: SocketParts) {
    this.#parts = parts;
    const maxPayload = parts.limits.frameBytesMax;
    this.#server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
  }

  /** Whether a request URL is one for a socket. */
  handlesPath(url: string): boolean {
    return url.startsWith(socketPath);
  }

  /** A request to become a socket. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, refuse: (status: Refusal) => void): void {
    socket.on('error', () => socket.destroy());
    const answer = this.#judge(request);
    if (typeof answer === 'number') {
      refuse(answer);
      return;
    }
    const { channel, after } = answer;
    // A handshake that is none (RFC 6455 §4.2.1) is answered like everything else that is refused, and not by the library.
    const refuseHandshake = (): void => refuse(400);
    this.#server.once('wsClientError', refuseHandshake);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#connect(webSocket, socket, channel, after));
    this.#server.off('wsClientError', refuseHandshake);
  }

  /** A heartbeat for everybody; who has not answered the last one is cut off. */
  async beat(): Promise<void> {
    const { limits } = this.#parts;
    let count = 0;
    for (const client of [...this.#clients]) {
      this.#beatFor(client);
      count += 1;
      if (count % limits.turnEvents === 0) await nextTurn();
    }
  }

  /** Resolves when every client has gone. */
  async close(): Promise<void> {
    this.#isStopping = true;
    const gone = [...this.#clients].map(({ webSocket }) => new Promise((resolve) => webSocket.once('close', resolve)));
    this.#parts.distribution.endAll('stopping');
    await Promise.all(gone);
    this.#server.close();
  }

  /** Who may connect, and where to go on; or why not. */
  #judge(request: IncomingMessage): Refusal | { readonly channel: Channel; readonly after: Position | undefined } {
    const { book, holders, limits } = this.#parts;
    const url = request.url ?? '/';
    const [path = '', query = ''] = url.split('?', 2);
    const text = new URLSearchParams(query).get('after');
    const after = text === null ? undefined : readPosition(text);
    if (text !== null && after === undefined) return 400;
    const channel = book.find(path.slice(socketPath.length));
    if (channel === undefined) return 404;
    try {
      // Rule: a channel whose token is worthless takes no client
      if (holders.holderOf(channel.tokenKey) === undefined) return 401;
    } catch (error) {
      this.#report(error);
      return 503;
    }
    const isFull = this.#clients.size >= limits.socketsMax && channel.line === undefined;
    // Who was told that the server stops may be quicker than the server.
    return isFull || this.#isStopping ? 503 : { channel, after };
  }

  #beatFor(client: Client): void {
    const { distribution, limits } = this.#parts;
    const { line, outlet } = client;
    client.framesLeft = limits.framesPerBeatMax;
    client.subscribesLeft = limits.subscribesPerBeatMax;
    try {
      distribution.checkRights(line);
    } catch (error) {
      this.#report(error);
    }
    if (!line.isOver && !outlet.beat(distribution.toldTo(line))) distribution.end(line, 'silent');
  }

  #connect(webSocket: WebSocket, socket: Socket, channel: Channel, after: Position | undefined): void {
    const { book, distribution, limits, clock } = this.#parts;
    const outlet = socketOutlet(
      webSocket,
      socket,
      { clock, limits },
      {
        onDrain: () => distribution.drained(line),
        onReceived: (number) => {
          channel.received = number;
          book.saveSoon(channel);
        },
      },
    );
    const line = distribution.attach(channel, outlet, after);
    const client: Client = {
      ...{ channel, webSocket, outlet, line },
      framesLeft: limits.framesPerBeatMax,
      subscribesLeft: limits.subscribesPerBeatMax,
      work: Promise.resolve(),
    };
    this.#clients.add(client);
    channel.usedAt = clock.now();
    book.saveSoon(channel);
    webSocket.on('message', (data, isBinary) => this.#hear(client, data, isBinary));
    // The client is told by the close code what is wrong with its frame.
    webSocket.on('error', () => clock.later(limits.closingMs, () => webSocket.terminate()));
    webSocket.on('close', () => {
      this.#clients.delete(client);
      distribution.end(line, 'gone');
      book.saveSoon(channel);
    });
  }

  #hear(client: Client, data: RawData, isBinary: boolean): void {
    client.outlet.heard();
    client.framesLeft -= 1;
    // Rule: a client that writes too much is cut off
    if (client.framesLeft < 0) this.#parts.distribution.end(client.line, 'tooMuch');
    const frame = isBinary ? undefined : readFrame(data.toString());
    if (frame === undefined || client.line.isOver) return;
    if (frame.kind === 'ping') client.webSocket.send(pong);
    else client.work = client.work.then(() => this.#subscribe(client, frame)).catch((error) => this.#report(error));
  }

  /** Nothing more is read from the client until its subscription is made. */
  async #subscribe(client: Client, frame: Exclude<ClientFrame, { readonly kind: 'ping' }>): Promise<void> {
    const { webSocket } = client;
    webSocket.pause();
    const answer = await this.#answer(client, frame);
    const { correlationId } = frame;
    if (webSocket.readyState !== webSocket.OPEN) return;
    webSocket.send(JSON.stringify({ ...answer, ...(correlationId === undefined ? {} : { correlationId }) }));
    webSocket.resume();
  }

  async #answer(client: Client, frame: Exclude<ClientFrame, { readonly kind: 'ping' }>): Promise<object> {
    const { book, holders, subscribe } = this.#parts;
    const { channel } = client;
    client.subscribesLeft -= 1;
    if (frame.kind === 'unreadable') return { result: '400', status: 'failure' };
    if (client.subscribesLeft < 0) return { result: '429', status: 'failure' };
    if (book.find(channel.id) !== channel) return { result: '404', status: 'failure' };
    try {
      const actor = holders.holderOf(channel.tokenKey);
      if (actor === undefined) return { result: '401', status: 'failure' };
      await subscribe(channel, actor, { ids: frame.topics, replaces: false, ignoresErrors: false });
      return { result: '200', status: 'subscribed' };
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === 'unavailable') this.#report(error);
      return error instanceof Fault && error.kind !== 'unavailable'
        ? { result: '400', status: 'failure' }
        : { result: '503', status: 'error' };
    }
  }

  #report(error: unknown): void {
    this.#parts.report(error instanceof Error ? error : new Error(String(error)));
  }
}
