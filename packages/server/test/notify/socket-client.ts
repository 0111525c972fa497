/** A client at a channel's socket, which keeps everything it is told. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Message {
  readonly topicName: string;
  readonly version?: string;
  readonly eventBody: { readonly [member: string]: unknown };
  readonly metadata?: { readonly CorrelationId: string; readonly number: number; readonly position: string };
}

export class SocketClient implements AsyncDisposable {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  /** Answers that are no messages: of subscriptions. */
  readonly answers: { readonly [member: string]: unknown }[] = [];
  closedWith: number | undefined;
  readonly #waiting = new Set<() => void>();

  private constructor(uri: string, options: ConstructorParameters<typeof WebSocket>[2]) {
    this.socket = new WebSocket(uri, options);
    this.socket.on('message', (data) => {
      const value = JSON.parse(data.toString()) as Message & { readonly [member: string]: unknown };
      if (value.topicName === undefined) this.answers.push(value);
      else this.messages.push(value);
      this.#wake();
    });
    this.socket.on('close', (code) => {
      this.closedWith = code;
      this.#wake();
    });
  }

  /** Resolves when it is connected; rejects with the status when it is refused. */
  static async open(uri: string, options?: ConstructorParameters<typeof WebSocket>[2]): Promise<SocketClient> {
    const client = new SocketClient(uri, options);
    const refused = new Promise<never>((_, reject) => {
      client.socket.on('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode))));
      client.socket.on('error', reject);
    });
    await Promise.race([once(client.socket, 'open'), refused]);
    return client;
  }

  /** Everything but what keeps the connection alive. */
  get events(): readonly Message[] {
    return this.messages.filter(({ metadata }) => metadata !== undefined);
  }

  get topicNames(): readonly string[] {
    return this.events.map(({ topicName }) => topicName);
  }

  get numbers(): readonly number[] {
    return this.events.map(({ metadata }) => metadata?.number ?? 0);
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Resolves when the condition holds, which is looked at whenever something arrives. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  /** Resolves when so many events have arrived; more than these fail the test later. */
  async untilEvents(count: number): Promise<readonly Message[]> {
    await this.until(() => this.events.length >= count);
    return this.events;
  }

  async untilClosed(): Promise<number> {
    await this.until(() => this.closedWith !== undefined);
    return this.closedWith ?? 0;
  }

  /** As a network that breaks would: without a word. */
  drop(): void {
    this.socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.closedWith !== undefined) return;
    this.socket.terminate();
    await this.untilClosed();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
