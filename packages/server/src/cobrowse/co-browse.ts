/** The co-browse edge: which pages may come in, what goes on, and how all of it ends. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { CancelTimer, RecordingId } from '@tacet/domain';
import { WebSocketServer } from 'ws';
import { AllowedOrigins } from '../allowed-origins.ts';
import type { ControlContext } from '../control/index.ts';
import type { Log } from '../log.ts';
import { PublishingTokens } from '../publishing-tokens.ts';
import { remoteAddress } from '../remote-address.ts';
import { type CobrowseEdge, goOn } from './begin-recording.ts';
import { cobrowseEdgeLimits } from './limits.ts';
import { PageConnection } from './page-connection.ts';

const path = '/tacet/v1/cobrowse';

type Refusal = 400 | 401 | 404 | 503;

interface CoBrowseSettings {
  /** Pages of these origins may come in, beside those of our own. */
  readonly corsOrigins: readonly string[];
}

export class CoBrowse {
  readonly #ground: CobrowseEdge;
  readonly #origins: AllowedOrigins;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<PageConnection>();
  readonly #forget: readonly (() => void)[];
  #cancelBeat: CancelTimer = () => undefined;
  #isStopping = false;

  /** @param kept what had been kept of recordings that go on after a restart; those of pages wait for them here. */
  constructor(
    control: ControlContext,
    log: Log,
    { corsOrigins }: CoBrowseSettings,
    kept: ReadonlyMap<RecordingId, unknown> = new Map(),
  ) {
    const tokens = new PublishingTokens(control.keys, control.clock);
    this.#ground = { control, log, tokens, recordings: new Set() };
    this.#origins = new AllowedOrigins(corsOrigins);
    const maxPayload = cobrowseEdgeLimits.frameBytesMax;
    this.#server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
    const { recordings } = this.#ground;
    this.#forget = [
      control.sources.onEnd((id) => [...recordings].find((one) => one.recordingId === id)?.over()),
      control.sources.onChange((id) => {
        for (const recording of recordings) if (recording.conversationId === id) recording.conversationChanged();
      }),
    ];
    for (const [id, state] of kept) goOn(this.#ground, id, state);
    this.#beat();
  }

  /** Recordings that are going on, those that wait for their page among them. */
  get recordingCount(): number {
    return this.#ground.recordings.size;
  }

  handlesPath(url: string): boolean {
    return url === path || url.startsWith(`${path}?`);
  }

  /** A request to become a page's socket. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, refuse: (status: Refusal) => void): void {
    socket.on('error', () => socket.destroy());
    const strangers = [...this.#connections].filter(({ isStranger }) => isStranger).length;
    const isFull = this.#connections.size >= cobrowseEdgeLimits.socketsMax;
    if (this.#isStopping || isFull || strangers >= cobrowseEdgeLimits.strangersMax) {
      refuse(503);
      return;
    }
    // Rule: only pages of listed origins, and our own, may open a co-browse socket
    if (!this.#mayCome(request)) {
      refuse(401);
      return;
    }
    const refuseHandshake = (): void => refuse(400);
    this.#server.once('wsClientError', refuseHandshake);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new PageConnection(this.#ground, webSocket, remoteAddress(request));
      this.#connections.add(connection);
      webSocket.on('close', () => this.#connections.delete(connection));
    });
    this.#server.off('wsClientError', refuseHandshake);
  }

  /** Sends pages away, which come back to the next server: it goes on with every recording, unless they end in order now. */
  async stop(how: 'end' | 'handover'): Promise<void> {
    this.#isStopping = true;
    this.#cancelBeat();
    for (const forget of this.#forget) forget();
    for (const connection of this.#connections) connection.part('stopping');
    const { recordings } = this.#ground;
    // A stop that hands over leaves the recordings of pages to the next start.
    await Promise.all([...recordings].map((one) => (how === 'end' ? one.end() : one.leave())));
    for (const connection of this.#connections) connection.cut();
    this.#server.close();
  }

  /** What is no browser says no origin. */
  #mayCome({ headers: { origin, host } }: IncomingMessage): boolean {
    if (origin === undefined || this.#origins.allows(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  #beat(): void {
    this.#cancelBeat = this.#ground.control.clock.later(cobrowseEdgeLimits.beatMs, () => {
      for (const connection of this.#connections) connection.beat();
      this.#beat();
    });
  }
}
