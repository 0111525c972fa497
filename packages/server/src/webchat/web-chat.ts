/** The web chat edge: which pages may come in, and how they are sent away. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { CancelTimer } from '@tacet/domain';
import { WebSocketServer } from 'ws';
import type { ControlContext } from '../control/index.ts';
import type { Log } from '../log.ts';
import { PublishingTokens } from '../publishing-tokens.ts';
import { remoteAddress } from '../remote-address.ts';
import { ChatConnection, type ChatGround } from './chat-connection.ts';
import { webChatLimits } from './limits.ts';

const path = '/tacet/v1/webchat/socket';

type Refusal = 400 | 401 | 503;

export class WebChat {
  readonly #ground: ChatGround;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<ChatConnection>();
  readonly #forget: () => void;
  #cancelBeat: CancelTimer = () => undefined;
  #isStopping = false;

  constructor(control: ControlContext, log: Log) {
    this.#ground = { control, log, tokens: new PublishingTokens(control.keys, control.clock) };
    const maxPayload = webChatLimits.frameBytesMax;
    this.#server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
    this.#forget = control.sources.onChange((id) => {
      for (const connection of this.#connections) if (connection.conversationId === id) connection.stateChanged();
    });
    this.#beat();
  }

  handlesPath(url: string): boolean {
    return url === path;
  }

  /** A request to become a page's socket. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, refuse: (status: Refusal) => void): void {
    socket.on('error', () => socket.destroy());
    const strangers = [...this.#connections].filter(({ isStranger }) => isStranger).length;
    const isFull = this.#connections.size >= webChatLimits.socketsMax || strangers >= webChatLimits.strangersMax;
    // Rule: only our own pages may open a chat socket
    const refusal = this.#isStopping || isFull ? 503 : isOurs(request) ? undefined : 401;
    if (refusal !== undefined) {
      refuse(refusal);
      return;
    }
    const refuseHandshake = (): void => refuse(400);
    this.#server.once('wsClientError', refuseHandshake);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new ChatConnection(this.#ground, webSocket, remoteAddress(request));
      this.#connections.add(connection);
      webSocket.on('close', () => this.#connections.delete(connection));
    });
    this.#server.off('wsClientError', refuseHandshake);
  }

  /** Sends pages away, which come back to the next server. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#cancelBeat();
    this.#forget();
    await Promise.all([...this.#connections].map((connection) => connection.leave()));
    for (const connection of this.#connections) connection.cut();
    this.#server.close();
  }

  #beat(): void {
    this.#cancelBeat = this.#ground.control.clock.later(webChatLimits.beatMs, () => {
      for (const connection of this.#connections) connection.beat();
      this.#beat();
    });
  }
}

/** What is no browser says no origin. */
function isOurs({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
