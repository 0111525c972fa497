/** Sockets: what keeps them alive, what clients may write, and how they end. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { agentUser } from '../http/http-under-test.ts';
import { base, type MadeChannel, NotifyUnderTest } from './notify-under-test.ts';
import { SocketClient } from './socket-client.ts';

const own = `v2.users.${agentUser}.conversations`;
const heartbeat = { topicName: 'channel.metadata', eventBody: { message: 'WebSocket Heartbeat' } };

async function ownChannel(under: NotifyUnderTest, ...topics: readonly string[]): Promise<MadeChannel> {
  return under.channel(under.http.tokens.issue({ role: 'agent', userId: agentUser }), ...topics);
}

test('a heartbeat comes every thirty seconds, in the words of the contract', async () => {
  await using under = await NotifyUnderTest.start();
  const client = await under.connect(await ownChannel(under));
  await under.http.clock.pass(29_999);
  await under.quiet();
  assert.deepEqual(client.messages, []);
  for (let count = 1; count <= 3; count += 1) {
    await under.http.clock.pass(count === 1 ? 1 : 30_000);
    await client.until(() => client.messages.length >= count);
    await answered(under);
  }
  assert.deepEqual(client.messages, [heartbeat, heartbeat, heartbeat]);
});

/** Lets the client's sign of life travel back. */
async function answered(under: NotifyUnderTest): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await under.quiet();
}

test('a client that pings is answered, and what is none of a client’s words is ignored', async () => {
  await using under = await NotifyUnderTest.start();
  const client = await under.connect(await ownChannel(under));
  const noise = [
    '2026-07-13 10:00:00.123456789 +0200 CEST m=+1.000000001',
    '',
    'null',
    '{"message":',
    '[1]',
    '{}',
    '{"message":"sing"}',
    '{"message":{"message":"ping"}}',
  ];
  for (const frame of noise) client.send(frame);
  client.socket.send(Buffer.from('{"message":"ping"}'), { binary: true });
  client.send({ message: 'ping' });
  await client.until(() => client.messages.length >= 1);
  await under.quiet();
  assert.deepEqual(client.messages, [{ topicName: 'channel.metadata', eventBody: { message: 'pong' } }]);
  assert.deepEqual(client.answers, []);
});

test('a client subscribes over its socket, with the rights of its channel', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await ownChannel(under);
  const client = await under.connect(channel);
  const frames = [
    { message: 'subscribe', topics: [own], correlationId: 'one' },
    { message: 'subscribe', topics: ['v2.weather'], correlationId: 'two' },
    { message: 'subscribe', topics: [own, 'v2.routing.queues.q.conversations'], correlationId: 'x'.repeat(129) },
    { message: 'subscribe', topics: own },
    { message: 'subscribe', topics: [1], correlationId: 3 },
  ];
  for (const frame of frames) client.send(frame);
  await client.until(() => client.answers.length >= frames.length);
  assert.deepEqual(client.answers, [
    { result: '200', status: 'subscribed', correlationId: 'one' },
    { result: '400', status: 'failure', correlationId: 'two' },
    { result: '400', status: 'failure' },
    { result: '400', status: 'failure' },
    { result: '400', status: 'failure' },
  ]);
  await under.http.startCall();
  await client.untilEvents(1);
  assert.deepEqual(client.topicNames, [own]);
  const path = `${base}/channels/${channel.id}/subscriptions`;
  const { json } = await under.http.send('GET', path, { token: channel.token });
  assert.partialDeepStrictEqual(json, { entities: [{ id: own }] });
});

test('subscriptions over the socket are limited between two heartbeats', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { subscribesPerBeatMax: 2 } });
  const client = await under.connect(await ownChannel(under));
  for (let count = 0; count < 3; count += 1) client.send({ message: 'subscribe', topics: [own] });
  await client.until(() => client.answers.length >= 3);
  assert.deepEqual(
    client.answers.map(({ result }) => result),
    ['200', '200', '429'],
  );
  await under.http.clock.pass(30_000);
  client.send({ message: 'subscribe', topics: [own] });
  await client.until(() => client.answers.length >= 4);
  assert.equal(client.answers.at(-1)?.['result'], '200');
});

test('a channel has one client; a new one takes the place of the old one', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await ownChannel(under, own);
  const first = await under.connect(channel);
  const second = await under.connect(channel);
  assert.equal(await first.untilClosed(), 4409);
  await under.http.startCall();
  await second.untilEvents(1);
  assert.deepEqual(first.events, []);
});

test('a server that stops tells its clients so and closes with 1001', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await ownChannel(under, own);
  const client = await under.connect(channel);
  const stopped = under.http.notifications.stop();
  await assert.rejects(under.connect(channel), { message: '503' });
  assert.equal(await client.untilClosed(), 1001);
  await stopped;
  const [last] = client.messages;
  assert.equal(last?.topicName, 'v2.system.socket_closing');
  assert.equal(typeof last?.eventBody['message'], 'string');
});

test('a client that does not answer is cut off, and one that answers is not', async () => {
  await using under = await NotifyUnderTest.start();
  const alive = await under.connect(await ownChannel(under));
  const dead = await under.connect(await ownChannel(under));
  dead.socket.pause();
  for (let count = 0; count < 3; count += 1) {
    await under.http.clock.pass(30_000);
    await alive.until(() => alive.messages.length > count);
    await answered(under);
  }
  await under.http.clock.pass(2_000);
  dead.socket.resume();
  assert.notEqual(await dead.untilClosed(), undefined);
  assert.equal(alive.closedWith, undefined);
});

test('a frame that is too large ends the connection with 1009', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { frameBytesMax: 1_000 } });
  const client = await under.connect(await ownChannel(under));
  client.send('x'.repeat(1_000));
  client.send({ message: 'ping' });
  await client.until(() => client.messages.length >= 1);
  client.send('x'.repeat(1_001));
  assert.equal(await client.untilClosed(), 1009);
});

test('a client that writes too much is cut off', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { framesPerBeatMax: 10 } });
  const client = await under.connect(await ownChannel(under));
  for (let count = 0; count < 10; count += 1) client.send('tick');
  client.send({ message: 'ping' });
  assert.equal(await client.untilClosed(), 1008);
  const other = await under.connect(await ownChannel(under));
  for (let beat = 0; beat < 3; beat += 1) {
    for (let count = 0; count < 9; count += 1) other.send('tick');
    await answered(under);
    await under.http.clock.pass(30_000);
  }
  other.send({ message: 'ping' });
  await other.until(() => other.messages.some(({ eventBody }) => eventBody['message'] === 'pong'));
});

test('there are only so many sockets, and a client that comes back finds its place', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { socketsMax: 1 } });
  const [first, second] = [await ownChannel(under), await ownChannel(under)];
  await under.connect(first);
  await assert.rejects(under.connect(second), { message: '503' });
  await under.connect(first);
});

test('an address that is no channel’s, or a position that cannot be read, becomes no socket', async () => {
  await using under = await NotifyUnderTest.start();
  const { connectUri } = await ownChannel(under);
  const host = under.http.url.replace('http', 'ws');
  const refused: readonly (readonly [uri: string, status: string])[] = [
    [`${host}/channels/`, '404'],
    [`${host}/channels/channel-unknown`, '404'],
    [`${connectUri}x`, '404'],
    [`${connectUri}?after=x`, '400'],
    [`${connectUri}?after=`, '400'],
    [`${connectUri}?after=-1`, '400'],
    [`${connectUri}?after=1e3`, '400'],
    [`${host}/api/v2/notifications/channels`, '401'],
  ];
  for (const [uri, status] of refused) {
    await assert.rejects(SocketClient.open(uri), { message: status }, uri);
  }
});

test('a request that offers another protocol is a request as any other', async () => {
  await using under = await NotifyUnderTest.start();
  const token = under.http.tokens.issue();
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', authorization: `Bearer ${token}` };
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${under.http.url}${base}/channels`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
  assert.equal(status, 200);
});

/** Everything that comes over a bare connection until it ends. */
function everything(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

test('a handshake that is none is answered and harms nobody', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await ownChannel(under);
  const { port, pathname } = new URL(channel.connectUri);
  const heads = [
    `GET ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    `POST ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: no\r\n\r\n`,
    `GET //${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  ];
  for (const head of heads) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(head);
    assert.match(await everything(socket), /^HTTP\/1\.1 4\d\d /);
  }
  await under.connect(channel);
});
