/** What is no complete HTTP request is refused in the contract's shape. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { seededIds } from '@tacet/testkit';
import { refuseBytes, refuseUpgrade } from '../../src/http/refuse-bytes.ts';
import { HttpUnderTest } from './http-under-test.ts';

/** What the other end of a connection gets to read when `refuse` is done with ours. */
async function heard(refuse: (socket: Socket) => void): Promise<string> {
  const server = createServer(refuse).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  await once(socket, 'close');
  server.close();
  return text;
}

test('a request that is too slow is 408, one that cannot be parsed 400, each with a context of its own', async () => {
  const ids = seededIds(1);
  const contexts = new Set<string>();
  for (const [code, status, contractCode] of [
    ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout', 'request.timeout'],
    ['HPE_INVALID_METHOD', '400 Bad Request', 'bad.request'],
    ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large', 'bad.request'],
  ] as const) {
    const text = await heard((socket) => refuseBytes(ids, Object.assign(new Error(code), { code }), socket));
    const [head = '', body = ''] = text.split('\r\n\r\n');
    assert.ok(head.startsWith(`HTTP/1.1 ${status}\r\n`), head);
    const json = JSON.parse(body);
    assert.equal(json.code, contractCode);
    assert.ok(head.includes(`ININ-Correlation-Id: ${json.contextId}`));
    assert.ok(head.includes(`Content-Length: ${Buffer.byteLength(body)}`));
    contexts.add(json.contextId);
  }
  assert.equal(contexts.size, 3);
});

test('nothing is said to one who has hung up', async () => {
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  assert.equal(await heard((socket) => refuseBytes(seededIds(1), reset, socket)), '');
});

test('a connection that becomes no socket is answered like any request that is refused', async () => {
  await using under = await HttpUnderTest.start();
  const { port } = new URL(under.url);
  const handshake = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`];
  const cases: readonly (readonly [path: string, lines: readonly string[], status: number])[] = [
    ['/channels/made-up', handshake, 404],
    ['/channels/made-up?after=nonsense', handshake, 400],
    ['/channels/made-up', [], 404],
  ];
  for (const [path, lines, status] of cases) {
    const socket = connect(Number(port), '127.0.0.1');
    const head = [`GET ${path} HTTP/1.1`, 'Host: a.test', 'Connection: Upgrade', 'Upgrade: websocket', ...lines];
    socket.end(`${head.join('\r\n')}\r\n\r\n`);
    const text = Buffer.concat(await socket.toArray()).toString();
    assert.ok(text.startsWith(`HTTP/1.1 ${status} `), text);
    assert.match(text, /\r\nX-Content-Type-Options: nosniff\r\n/);
    const json = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
    assert.equal(json.status, status);
    assert.ok(text.includes(`ININ-Correlation-Id: ${json.contextId}\r\n`));
  }
});

test('each reason for which there is no socket has an answer of its own', async () => {
  for (const status of [400, 401, 404, 503] as const) {
    const text = await heard((socket) => refuseUpgrade(seededIds(1), status, socket));
    assert.ok(text.startsWith(`HTTP/1.1 ${status} `), text);
    assert.equal(text.includes('www-authenticate: Bearer'), status === 401);
  }
});
