/** Damaged WebSocket frames, as bytes on the connection: the socket may be cut, and nothing else happens. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { agentUser } from '../http/http-under-test.ts';
import { NotifyUnderTest } from './notify-under-test.ts';

/** A frame of a client (RFC 6455 §5.2), masked with zeros so that it reads as it is. */
function frame(first: number, payload: Uint8Array): Buffer {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  return Buffer.from([first, (length[0] ?? 0) | 0x80, ...length.slice(1), 0, 0, 0, 0, ...payload]);
}

const ping = Buffer.from('{"message":"ping"}');
const long = Buffer.alloc(1_000, '{"message":"subscribe","topics":["v2.users"]}');
const corpus: readonly Uint8Array[] = [
  frame(0x81, ping),
  // In two parts, with a ping of the protocol between them.
  Buffer.concat([frame(0x01, ping.subarray(0, 9)), frame(0x89, Buffer.from('x')), frame(0x80, ping.subarray(9))]),
  frame(0x82, long),
  frame(0x8a, Buffer.alloc(0)),
  frame(0x88, Buffer.from([0x03, 0xe8, 0x6f, 0x6b])),
  // Compressed, which was not agreed, and longer than anybody may send.
  frame(0xc1, ping),
  Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x7b]),
].map((bytes) => new Uint8Array(bytes));

async function upgraded(uri: string): Promise<Socket> {
  const { hostname, port, pathname, search } = new URL(uri);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const head = [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 101 /);
  return socket;
}

test('whatever bytes follow an upgrade, the server has no defect, and serves the next client of the channel', async () => {
  await using under = await NotifyUnderTest.start();
  const own = `v2.users.${agentUser}.conversations`;
  const channel = await under.channel(under.http.tokens.issue({ role: 'supervisor' }), own);
  let answeredCount = 0;
  for (const input of fuzzInputs(53, corpus, 400, 'WebSocket frames')) {
    const socket = await upgraded(channel.connectUri);
    let isAnswered = false;
    socket.on('data', () => {
      isAnswered = true;
    });
    socket.end(input);
    for (let look = 0; look < 20 && !isAnswered; look += 1) await turn();
    if (isAnswered) answeredCount += 1;
    socket.destroy();
    // What waits for a goodbye is not left waiting.
    under.http.clock.advance(2_000);
    assert.deepEqual(under.http.reports, []);
  }
  assert.ok(answeredCount > 100, `only ${answeredCount} were answered: the frames are no longer understood`);
  const client = await under.connect(channel);
  await under.http.startCall();
  await client.until(() => client.closedWith !== undefined || client.topicNames.includes(own));
  assert.equal(client.closedWith, undefined);
});
