/** What a client of the contract's WebSockets is told, on a channel made through the official client. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ContractUnderTest } from './contract-under-test.ts';

/** The envelope of an event. */
export interface ToldEvent {
  readonly topicName: string;
  readonly eventBody: { readonly [member: string]: unknown };
}

interface Channel {
  readonly id: string;
  readonly connectUri: string;
}

/** A client that listens on some topics; it hangs up when it is disposed of. */
export class Listener implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #told: ToldEvent[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (text) => {
      this.#told.push(JSON.parse(String(text)) as ToldEvent);
      this.#wake();
    });
  }

  static async on(scene: ContractUnderTest, topics: readonly string[], token?: string): Promise<Listener> {
    const { id: channelId, connectUri } = await scene.call<Channel>('postNotificationsChannels', {}, token);
    const socket = new WebSocket(connectUri);
    const listener = new Listener(socket);
    await once(socket, 'open');
    const body = topics.map((id) => ({ id }));
    await scene.call('putNotificationsChannelSubscriptions', { path: { channelId }, body }, token);
    return listener;
  }

  /** The next event on the topic; others are passed over. */
  async next(topic: string): Promise<ToldEvent> {
    for (;;) {
      const at = this.#told.findIndex(({ topicName }) => topicName === topic);
      if (at >= 0) return this.#told.splice(at, 1)[0] ?? assert.fail();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}
