/** Request bodies: JSON, bounded, and only where a door wants one. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { limits } from '@tacet/domain';
import { HttpUnderTest, type Received } from './http-under-test.ts';

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
  const token = under.tokens.issue();
  const headers = { 'content-type': 'application/json' };
  assert.equal((await under.send('GET', '/api/v2/tokens/me', { token, headers })).status, 200);
  assert.equal((await under.send('DELETE', '/api/v2/tokens/me', { token, headers })).status, 200);
});
