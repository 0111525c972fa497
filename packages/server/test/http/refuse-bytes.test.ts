/** What is no complete HTTP request is refused in the contract's shape. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { seededIds } from '@tacet/testkit';
import { refuseBytes } from '../../src/http/refuse-bytes.ts';

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
  assert.equal(contexts.size, 2);
});

test('nothing is said to one who has hung up', async () => {
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  assert.equal(await heard((socket) => refuseBytes(seededIds(1), reset, socket)), '');
});
