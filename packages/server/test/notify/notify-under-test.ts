/** Channels over the real server parts: made at the doors of the API, connected by sockets. */
import type { Socket } from 'node:net';
import type { StoredEvent } from '@tacet/domain';
import { settled } from '@tacet/testkit';
import { HttpUnderTest, type Wish } from '../http/http-under-test.ts';
import { SocketClient } from './socket-client.ts';

export interface MadeChannel {
  readonly id: string;
  readonly connectUri: string;
  readonly token: string;
}

export const base = '/api/v2/notifications';

export class NotifyUnderTest implements AsyncDisposable {
  readonly http: HttpUnderTest;
  readonly #clients: SocketClient[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(http: HttpUnderTest) {
    this.http = http;
    const { notifications } = http;
    const upgrade = notifications.upgrade.bind(notifications);
    notifications.upgrade = (request, socket, head, refuse) => {
      this.#sockets.add(socket);
      upgrade(request, socket, head, refuse);
    };
  }

  static async start(wish: Wish = {}): Promise<NotifyUnderTest> {
    return new NotifyUnderTest(await HttpUnderTest.start(wish));
  }

  /** A channel of the token's holder that is subscribed to these topics. */
  async channel(token: string, ...topics: readonly string[]): Promise<MadeChannel> {
    const made = await this.http.send('POST', `${base}/channels`, { token });
    const { id, connectUri } = made.json as { readonly id: string; readonly connectUri: string };
    const channel = { id, connectUri, token };
    if (topics.length > 0) await this.subscribe(channel, ...topics);
    return channel;
  }

  async subscribe({ id, token }: MadeChannel, ...topics: readonly string[]): Promise<void> {
    const body = topics.map((topic) => ({ id: topic }));
    const answer = await this.http.send('POST', `${base}/channels/${id}/subscriptions`, { token, body });
    if (answer.status !== 200) throw new Error(`not subscribed: ${answer.text}`);
  }

  /** A client at the channel; without `after` it goes on behind what it surely has. */
  async connect({ connectUri }: MadeChannel, after?: string | number): Promise<SocketClient> {
    const client = await SocketClient.open(after === undefined ? connectUri : `${connectUri}?after=${after}`);
    this.#clients.push(client);
    return client;
  }

  /** Connections of the server that became sockets of channels. */
  get sockets(): ReadonlySet<Socket> {
    return this.#sockets;
  }

  async outbox(after = 0): Promise<readonly StoredEvent[]> {
    return this.http.outbox.events(after, 100_000);
  }

  /** Resolves when what has happened so far has gone as far as it can without anybody's doing. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
    await this.http[Symbol.asyncDispose]();
  }
}
