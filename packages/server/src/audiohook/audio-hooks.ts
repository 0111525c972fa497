/** The AudioHook edge: who comes in at `/audiohook`, what goes on, and how all of it ends. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { CancelTimer } from '@tacet/domain';
import { WebSocketServer } from 'ws';
import type { ControlContext } from '../control/index.ts';
import type { Log } from '../log.ts';
import { remoteAddress } from '../remote-address.ts';
import { Admission } from './admission.ts';
import { HookConnection, type HookEdge } from './hook-connection.ts';
import type { AudioHookKeys } from './keys.ts';
import { audioHookEdgeLimits } from './limits.ts';

const path = '/audiohook';

type Refusal = 400 | 401 | 404 | 503;

export class AudioHooks {
  readonly #edge: HookEdge;
  readonly #admission: Admission;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<HookConnection>();
  readonly #forget: (() => void)[];
  #cancelBeat: CancelTimer = () => undefined;
  #refusals = 0;

  constructor(control: ControlContext, log: Log, keys: AudioHookKeys) {
    this.#edge = { control, log, recordings: new Set(), isStopping: false };
    this.#admission = new Admission(keys);
    const maxPayload = audioHookEdgeLimits.frameBytesMax;
    this.#server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
    const { recordings } = this.#edge;
    this.#forget = [
      control.sources.onEnd((id) => [...recordings].find((one) => one.recordingId === id)?.over()),
      control.sources.onChange((id) => {
        for (const recording of recordings) if (recording.conversationId === id) recording.conversationChanged();
      }),
    ];
    this.#beat();
  }

  /** Recording sessions that are going on, those that wait for their client to come back among them. */
  get recordingCount(): number {
    return this.#edge.recordings.size;
  }

  /** Whether a request URL is one for a client. */
  handlesPath(url: string): boolean {
    return url === path || url.startsWith(`${path}?`);
  }

  /** A request to become a client's socket. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, refuse: (status: Refusal) => void): void {
    socket.on('error', () => socket.destroy());
    if (this.#edge.isStopping || this.#connections.size >= audioHookEdgeLimits.socketsMax) {
      refuse(503);
      return;
    }
    const client = this.#admission.judge(request, this.#edge.control.clock.now());
    if (typeof client === 'string') {
      this.#edge.control.observe?.sourceRefused('AudioHook', client);
      this.#edge.log.warn('audioHookRefused', { why: client, from: remoteAddress(request) });
      this.#refuseLate(socket, refuse);
      return;
    }
    const refuseHandshake = (): void => refuse(400);
    this.#server.once('wsClientError', refuseHandshake);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new HookConnection(this.#edge, webSocket, client, remoteAddress(request));
      this.#connections.add(connection);
      webSocket.on('close', () => this.#connections.delete(connection));
    });
    this.#server.off('wsClientError', refuseHandshake);
  }

  /** Asks clients to come back, then ends every recording in order. */
  async stop(): Promise<void> {
    this.#edge.isStopping = true;
    this.#cancelBeat();
    for (const forget of this.#forget) forget();
    for (const connection of this.#connections) connection.askReconnect();
    const { clock } = this.#edge.control;
    const until = clock.now() + audioHookEdgeLimits.stopMs;
    while (this.#connections.size > 0 && clock.now() < until) await this.#pass(20);
    await Promise.all([...this.#edge.recordings].map((recording) => recording.end()));
    for (const connection of this.#connections) connection.cut();
    this.#server.close();
  }

  // Rule: a client that is not let in is answered no sooner than half a second later
  #refuseLate(socket: Socket, refuse: (status: Refusal) => void): void {
    if (this.#refusals >= audioHookEdgeLimits.refusalsMax) {
      socket.destroy();
      return;
    }
    this.#refusals += 1;
    this.#edge.control.clock.later(audioHookEdgeLimits.refusalMs, () => {
      this.#refusals -= 1;
      refuse(401);
    });
  }

  #beat(): void {
    const { clock } = this.#edge.control;
    this.#cancelBeat = clock.later(audioHookEdgeLimits.beatMs, () => {
      for (const connection of this.#connections) connection.beat(clock.now());
      this.#beat();
    });
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#edge.control.clock.later(ms, resolve);
    });
  }
}
