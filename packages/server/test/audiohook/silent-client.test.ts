/** A client that says nothing any more is cut off, and its recording ends when it does not come back. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { AudioHooks } from '../../src/audiohook/index.ts';
import { type AudioHookKey, AudioHookKeys } from '../../src/audiohook/keys.ts';
import { audioHookEdgeLimits } from '../../src/audiohook/limits.ts';
import { ControlUnderTest } from '../control/control-under-test.ts';

const key = 'a-key-that-signs-nothing';
const known: AudioHookKey = { name: 'laboratory', secret: new Uint8Array() };
const silentLog = { error() {}, warn() {}, info() {}, debug() {} };

class HookUnderTest implements AsyncDisposable {
  readonly control = new ControlUnderTest();
  readonly hooks = new AudioHooks(this.control.context, silentLog, new AudioHookKeys(new Map([[key, known]])));
  readonly #server = createServer();
  #seq = 0;
  #id = '';
  #socket: WebSocket | undefined;

  /** A client that has opened, and that pings when it is told to. */
  async connect(): Promise<WebSocket> {
    this.#server.on('upgrade', (request, socket, head) => {
      this.hooks.upgrade(request, socket as never, head, () => socket.destroy());
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#id = randomUUID();
    const organizationId = randomUUID();
    const headers = {
      'audiohook-organization-id': organizationId,
      'audiohook-session-id': this.#id,
      'audiohook-correlation-id': randomUUID(),
      'x-api-key': key,
    };
    const { port } = this.#server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/audiohook`, { headers });
    this.#socket = socket;
    await once(socket, 'open');
    await this.say('open', {
      organizationId,
      conversationId: randomUUID(),
      participant: { id: randomUUID(), ani: '', aniName: '', dnis: '' },
      media: [{ type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 }],
    });
    return socket;
  }

  /** Says something, and waits for what is said to it. */
  async say(type: string, parameters: object = {}): Promise<void> {
    this.#seq += 1;
    const socket = this.#socket ?? assert.fail('not connected');
    const answered = once(socket, 'message');
    const message = { version: '2', id: this.#id, type, seq: this.#seq, serverseq: this.#seq - 1, position: 'PT0S' };
    socket.send(JSON.stringify({ ...message, parameters }));
    await answered;
  }

  /** Time passes, from one look at the clients to the next. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += audioHookEdgeLimits.beatMs) {
      await this.control.clock.pass(audioHookEdgeLimits.beatMs);
      await delay(5);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.terminate();
    const stopping = this.hooks.stop();
    for (let turn = 0; turn < 100; turn += 1) await this.control.clock.pass(20);
    await stopping;
    this.#server.close();
    await this.control[Symbol.asyncDispose]();
  }
}

test('a client that falls silent is cut off, and its recording ends when it does not come back', async () => {
  await using under = new HookUnderTest();
  const socket = await under.connect();
  const closed = once(socket, 'close');
  assert.equal(under.hooks.recordingCount, 1);
  await under.pass(audioHookEdgeLimits.silentMsMax);
  assert.equal(socket.readyState, socket.OPEN);
  await under.pass(audioHookEdgeLimits.beatMs);
  await closed;
  assert.equal(under.hooks.recordingCount, 1, 'it may come back');
  await under.pass(audioHookEdgeLimits.reconnectMs + audioHookEdgeLimits.beatMs);
  assert.equal(under.hooks.recordingCount, 0);
});

test('a client that pings goes on, though it sends no audio', async () => {
  await using under = new HookUnderTest();
  const socket = await under.connect();
  for (let turn = 0; turn < 20; turn += 1) {
    await under.pass(audioHookEdgeLimits.beatMs);
    await under.say('ping');
  }
  assert.equal(socket.readyState, socket.OPEN);
  assert.equal(under.hooks.recordingCount, 1);
});
