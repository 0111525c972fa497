/** An AudioHook client of ours: signs its request, opens, streams, obeys pauses or not, and keeps what it is told. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { until } from './until.ts';

export interface HookCredentials {
  readonly key: string;
  /** Base64; none for requests that are not signed. */
  readonly secret?: string;
}

export interface ToldMessage {
  readonly type: string;
  readonly id: string;
  readonly seq: number;
  readonly clientseq: number;
  readonly parameters: { readonly [name: string]: unknown };
}

export interface ConnectOptions extends HookCredentials {
  readonly sessionId?: string;
  readonly organizationId?: string;
  /** What the request has otherwise than it should have; `created` moves the signature in time, in s. */
  readonly odd?: { readonly headers?: { readonly [name: string]: string }; readonly created?: number };
}

const signedHeaders = [
  'audiohook-organization-id',
  'audiohook-session-id',
  'audiohook-correlation-id',
  'x-api-key',
] as const;

type Headers = { [name: string]: string };

function sign(headers: Headers, url: URL, secret: string, created: number): Headers {
  const nonce = randomBytes(18).toString('base64');
  const names = ['@request-target', '@authority', ...signedHeaders];
  const list = `(${names.map((name) => `"${name}"`).join(' ')})`;
  const times = `created=${created};expires=${created + 30}`;
  const params = `${list};keyid="${headers['x-api-key']}";nonce="${nonce}";alg="hmac-sha256";${times}`;
  const values: Headers = { ...headers, '@request-target': url.pathname + url.search, '@authority': url.host };
  const lines = names.map((name) => `"${name}": ${values[name]}`);
  const base = [...lines, `"@signature-params": ${params}`].join('\n');
  const signature = createHmac('sha256', Buffer.from(secret, 'base64')).update(base).digest('base64');
  return { ...headers, 'signature-input': `sig1=${params}`, signature: `sig1=:${signature}:` };
}

/** The headers of a request, signed if there is a secret. */
export function requestHeaders(url: URL, options: ConnectOptions): Headers {
  const { key, secret, odd } = options;
  const plain: Headers = {
    'audiohook-organization-id': options.organizationId ?? randomUUID(),
    'audiohook-session-id': options.sessionId ?? randomUUID(),
    'audiohook-correlation-id': randomUUID(),
    'x-api-key': key,
  };
  const created = Math.floor(Date.now() / 1000) + (odd?.created ?? 0);
  return { ...(secret === undefined ? plain : sign(plain, url, secret, created)), ...odd?.headers };
}

export interface OpenOptions {
  readonly conversationId?: string;
  readonly format?: 'PCMU' | 'L16';
  readonly channels?: readonly ('external' | 'internal')[];
  readonly continues?: readonly AudioHookClient[];
}

export class AudioHookClient implements AsyncDisposable {
  readonly id: string;
  readonly organizationId: string;
  readonly told: ToldMessage[] = [];
  /** Whether it pauses and resumes as it is asked to. */
  obeys = true;
  conversationId = '';
  isPaused = false;
  #seq = 0;
  #positionMs = 0;
  #pausedAtMs = 0;
  readonly socket: WebSocket;

  private constructor(socket: WebSocket, headers: Headers) {
    this.socket = socket;
    this.id = headers['audiohook-session-id'] ?? '';
    this.organizationId = headers['audiohook-organization-id'] ?? '';
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const message = JSON.parse(String(data)) as ToldMessage;
      this.told.push(message);
      if (this.obeys) this.#obey(message);
    });
  }

  /** @throws Error with the status when the server does not let it in. */
  static async connect(httpUrl: string, options: ConnectOptions): Promise<AudioHookClient> {
    const url = new URL(`${httpUrl.replace('http', 'ws')}/audiohook?from=test`);
    const headers = requestHeaders(url, options);
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    const client = new AudioHookClient(socket, headers);
    const refused = once(socket, 'unexpected-response').then(([request, response]) => {
      (request as ClientRequest).destroy();
      throw new Error(`refused: ${(response as IncomingMessage).statusCode}`);
    });
    await Promise.race([once(socket, 'open'), refused]);
    refused.catch(() => undefined);
    return client;
  }

  say(type: string, parameters: object = {}, odd: object = {}): void {
    this.#seq += 1;
    const serverseq = this.told.at(-1)?.seq ?? 0;
    const position = `PT${this.#positionMs / 1000}S`;
    const message = { version: '2', id: this.id, type, seq: this.#seq, serverseq, position, parameters, ...odd };
    this.socket.send(JSON.stringify(message));
  }

  /** Opens, and waits for the answer. */
  async open(options: OpenOptions = {}): Promise<ToldMessage> {
    const { format = 'PCMU', channels = ['external', 'internal'], continues } = options;
    this.conversationId = options.conversationId ?? randomUUID();
    const continuedSessions = continues?.map(({ id, told }) => ({ id, serverseq: told.length, clientseq: 1 }));
    this.say('open', {
      organizationId: this.organizationId,
      conversationId: this.conversationId,
      participant: { id: randomUUID(), ani: '+4930555001', aniName: 'Caller', dnis: '+4930555002' },
      media: [{ type: 'audio', format, channels, rate: 8000 }],
      ...(continuedSessions === undefined ? {} : { continuedSessions }),
    });
    const opened = await this.hears('opened');
    if (opened.parameters['startPaused'] === true) this.pauseItself(false);
    return opened;
  }

  /** A message of that type, behind those that were there `from` on. */
  hears(type: string, from = 0): Promise<ToldMessage> {
    return until(`the server to say ${type}`, () => this.told.slice(from).find((message) => message.type === type));
  }

  /** Sends a frame of `ms`; nothing while it is paused. @returns whether it was sent. */
  sendAudio(frame: Uint8Array, ms: number): boolean {
    if (this.isPaused) return false;
    this.#positionMs += ms;
    this.socket.send(frame, { binary: true });
    return true;
  }

  pauseItself(isTold = true): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.#pausedAtMs = performance.now();
    if (isTold) this.say('paused');
  }

  resumeItself(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.#skip('resumed', Math.round(performance.now() - this.#pausedAtMs));
  }

  /** Says that it had to let go of audio. */
  discard(ms: number): void {
    this.#skip('discarded', ms);
  }

  /** Says goodbye in order. */
  async close(reason = 'end'): Promise<void> {
    this.say('close', { reason });
    await this.hears('closed');
    this.socket.close();
    if (this.socket.readyState !== WebSocket.CLOSED) await once(this.socket, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
  }

  #skip(type: 'resumed' | 'discarded', ms: number): void {
    this.say(type, { start: `PT${this.#positionMs / 1000}S`, discarded: `PT${ms / 1000}S` });
    this.#positionMs += ms;
  }

  #obey({ type }: ToldMessage): void {
    if (type === 'pause') this.pauseItself();
    else if (type === 'resume') this.resumeItself();
  }
}
