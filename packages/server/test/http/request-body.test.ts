/** Request bodies: JSON, bounded, and only where a door wants one. */
import assert from 'node:assert/strict';
import { IncomingMessage, request } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { limits } from '@tacet/domain';
import { httpLimits } from '../../src/http/http-limits.ts';
import { readJsonBody } from '../../src/http/read-body.ts';
import { HttpUnderTest, type Received } from './http-under-test.ts';

/** A request whose body is all there. */
function arriving(body: string): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.push(body);
  message.push(null);
  return message;
}

const mebibyte = limits.requestBodyBytesMax;

async function put(
  under: HttpUnderTest,
  rawBody: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Received> {
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall();
  const path = `/api/v2/conversations/calls/${conversationId}/recordingstate`;
  return under.send('PUT', path, { token, headers, rawBody });
}

function padded(bytes: number): string {
  const start = '{"recordingState":"PAUSED","padding":"';
  return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
}

test('a body that is no JSON object, or none at all, is malformed', async () => {
  await using under = await HttpUnderTest.start();
  for (const body of ['{', 'PAUSED', '"PAUSED"', '[]', 'null', '1', '{"recordingState":"PAUSED"} x', '']) {
    const { status, json } = await put(under, body);
    assert.equal(status, 400, body);
    assert.partialDeepStrictEqual(json, { code: 'bad.request', status: 400 });
  }
  const latin = await put(under, new Uint8Array([0x22, 0xe9, 0x22]));
  assert.equal(latin.status, 400, 'JSON is UTF-8');
});

test('a body may be as large as the limit and not a byte larger', async () => {
  await using under = await HttpUnderTest.start();
  assert.equal((await put(under, padded(mebibyte))).status, 200);
  const { status, json, headers } = await put(under, padded(mebibyte + 1));
  assert.equal(status, 413);
  assert.partialDeepStrictEqual(json, {
    code: 'request.entity.too.large',
    message: 'The request is over the size limit. Maximum bytes: 1048576',
  });
  assert.equal(headers.get('connection'), 'close');
});

test('a body without an announced length is held to the same limit', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall();
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    const url = `${under.url}/api/v2/conversations/calls/${conversationId}/recordingstate`;
    const headers = { authorization: `Bearer ${token}`, 'transfer-encoding': 'chunked' };
    const sending = request(url, { method: 'PUT', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sending.on('error', reject);
    for (let chunk = 0; chunk < 17; chunk += 1) sending.write(Buffer.alloc(65_536, 0x20));
    sending.end();
  });
  assert.equal(answer, 413);
});

test('a body that announces far more than is allowed is refused unread', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall();
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    const url = `${under.url}/api/v2/conversations/calls/${conversationId}/recordingstate`;
    const headers = { authorization: `Bearer ${token}`, 'content-length': 100_000_000 };
    const sending = request(url, { method: 'PUT', headers }, (response) => {
      resolve(response.statusCode);
      sending.destroy();
    });
    sending.on('error', reject);
    sending.flushHeaders();
  });
  assert.equal(answer, 413);
});

test('a body of another type, or encoded, is not understood', async () => {
  await using under = await HttpUnderTest.start();
  const body = '{"recordingState":"PAUSED"}';
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'nonsense']) {
    const { status, json } = await put(under, body, { 'content-type': type });
    assert.equal(status, 415, type);
    assert.partialDeepStrictEqual(json, { code: 'unsupported.media.type' });
  }
  assert.equal((await put(under, body, { 'content-encoding': 'gzip' })).status, 415);
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/x+json',
  ]) {
    assert.equal((await put(under, body, { 'content-type': type })).status, 200, type);
  }
});

test('an empty body with a content type is none, and doors that want none take it', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const headers = { 'content-type': 'application/json' };
  assert.equal((await under.send('GET', '/tacet/v1/audit', { token, headers })).status, 200);
  assert.equal((await under.send('DELETE', '/api/v2/tokens/me', { token, headers })).status, 200);
});

const state = '"recordingState":"PAUSED"';

test('a body goes no deeper and has no more values than the limits allow', async () => {
  await using under = await HttpUnderTest.start();
  const nested = (depth: number): string => `{${state},"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  const { nestingMax, bodyValuesMax } = httpLimits;
  assert.equal((await put(under, nested(nestingMax))).status, 200);
  assert.equal((await put(under, nested(nestingMax + 1))).status, 400);
  assert.equal((await put(under, `{${state},"a":${'['.repeat(500_000)}`)).status, 400);
  assert.equal((await put(under, `{${state},"a":${'{"a":'.repeat(100_000)}`)).status, 400);
  const listed = (count: number): string => `{${state},"a":[${Array.from({ length: count }, () => 0).join(',')}]}`;
  assert.equal((await put(under, listed(bodyValuesMax - 1))).status, 200);
  assert.equal((await put(under, listed(bodyValuesMax))).status, 400);
  const text = JSON.stringify({ recordingState: 'PAUSED', a: '[{,"\\[{,'.repeat(20_000) });
  assert.equal((await put(under, text)).status, 200, 'brackets and commas in texts are no structure');
});

test('a member that names the prototype is left out, wherever it stands', async () => {
  for (const name of ['__proto__', '\\u005f_proto__', '__pro\\u0074o__']) {
    const body = `{"a":{"${name}":{"isAdmin":true}},"list":[{"${name}":1}],"${name}":{"recordingState":"PAUSED"}}`;
    const parsed = Object(await readJsonBody(arriving(body))) as { readonly [name: string]: unknown };
    assert.deepEqual(Object.getOwnPropertyNames(parsed), ['a', 'list']);
    assert.equal(parsed['recordingState'], undefined, 'nothing is inherited');
    assert.equal(JSON.stringify(parsed), '{"a":{},"list":[{}]}', name);
  }
  await using under = await HttpUnderTest.start();
  assert.equal((await put(under, '{"__proto__":{"recordingState":"PAUSED"}}')).status, 400);
  assert.equal(
    (await put(under, `{${state},"__proto__":1,"constructor":{"prototype":{"x":1}},"toString":1}`)).status,
    200,
  );
  assert.equal('x' in {}, false);
});

test('of members with the same name the last one counts', async () => {
  await using under = await HttpUnderTest.start();
  const { status, text } = await put(under, '{"recordingState":"ACTIVE","recordingState":"PAUSED"}');
  assert.deepEqual([status, text], [200, '"PAUSED"']);
});

test('members that the contract does not know are no reason to refuse a pause', async () => {
  await using under = await HttpUnderTest.start();
  assert.equal((await put(under, `{"id":1,"new":{"deep":[null]},${state},"":0}`)).status, 200);
});

test('JSON with a byte order mark is read, and bytes that are no UTF-8 are not', async () => {
  await using under = await HttpUnderTest.start();
  const bytes = (...head: readonly number[]): Uint8Array<ArrayBuffer> =>
    new Uint8Array([...head, ...Buffer.from(`{${state}}`)]);
  assert.equal((await put(under, bytes(0xef, 0xbb, 0xbf))).status, 200);
  for (const head of [[0xff, 0xfe], [0xc0], [0xed, 0xa0, 0x80]]) {
    assert.equal((await put(under, bytes(...head))).status, 400, head.join());
  }
});

test('an encoding of the body is named in any case, and only the identity is taken', async () => {
  await using under = await HttpUnderTest.start();
  assert.equal((await put(under, `{${state}}`, { 'content-encoding': 'Identity' })).status, 200);
  for (const encoding of ['gzip', 'br', 'identity, gzip', 'deflate']) {
    assert.equal((await put(under, `{${state}}`, { 'content-encoding': encoding })).status, 415, encoding);
  }
});
