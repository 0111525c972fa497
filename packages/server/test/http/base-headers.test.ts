/** Headers of every answer, whoever gives it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEdge } from '../../src/http/edge-settings.ts';
import type { OauthListener } from '../../src/http/ports.ts';
import { HttpUnderTest, type Received } from './http-under-test.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const origin = 'https://desk.example.test';

const page: OauthListener = {
  handlesPath: (url) => url.startsWith('/login'),
  handle: (_request, response) => {
    const headers = { 'content-type': 'text/html', 'Content-Security-Policy': "default-src 'self'" };
    response.writeHead(200, headers).end('<!doctype html>');
  },
};

/** An answer of each kind that there is. */
async function answersOf(under: HttpUnderTest): Promise<readonly Received[]> {
  const token = under.tokens.issue({ role: 'admin' });
  const { conversationId } = await under.startCall();
  const path = `/api/v2/conversations/calls/${conversationId}/recordingstate`;
  const asks = { origin, 'access-control-request-method': 'PUT' };
  return [
    await under.send('GET', '/health/live'),
    await under.send('GET', '/nowhere'),
    await under.send('GET', '/api/v2/%zz'),
    await under.send('POST', '/api/v2/tokens/me', { token }),
    await under.send('OPTIONS', '/api/v2/tokens/me', { headers: asks }),
    await under.send('HEAD', '/api/v2/tokens/me', { token }),
    await under.send('GET', '/login'),
    await under.send('PUT', path, { token, body: { recordingState: 'PAUSED' } }),
    await under.send('PUT', path, { token, rawBody: '{' }),
    await under.send('PUT', path, { token, rawBody: 'x'.repeat(1_048_577) }),
    await under.send('PUT', path, { token: 'made-up' }),
    await under.send('GET', '/api/v2/tokens/me'),
    await under.send('GET', '/api/v2/tokens/me'),
    await under.send('GET', '/api/v2/tokens/me'),
    await under.send('GET', '/tacet/v1/media/made-up'),
  ];
}

function start(publicUrl?: string): Promise<HttpUnderTest> {
  const edge = { ...openEdge, corsOrigins: [origin], rateLimitPerMinute: 5 };
  const url = publicUrl === undefined ? {} : { publicUrl };
  return HttpUnderTest.start({ ports: { edge, oauth: page, ...url } });
}

test('every answer has a correlation id of its own, whatever the caller writes into theirs', async () => {
  await using under = await start();
  const answers = await answersOf(under);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 204, 400, 401, 404, 405, 413, 429]));
  const forged = '00000000-0000-4000-8000-000000000bad';
  const headers = { 'inin-correlation-id': forged, 'x-request-id': forged, 'request-id': forged };
  const all = [...answers, await under.send('GET', '/health/live', { headers })];
  const ids = all.map((answer) => answer.headers.get('inin-correlation-id') ?? '');
  for (const id of ids) assert.match(id, uuid);
  assert.equal(new Set(ids).size, all.length);
  assert.ok(!ids.includes(forged));
});

test('every answer is kept out of caches, frames and other pages, is what it says it is, and runs nothing', async () => {
  await using under = await start();
  for (const { status, headers } of await answersOf(under)) {
    assert.equal(headers.get('cache-control'), 'no-cache, no-store, must-revalidate', String(status));
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.match(headers.get('cross-origin-resource-policy') ?? '', /^(same-origin|cross-origin)$/);
    assert.match(headers.get('content-security-policy') ?? '', /^default-src '(none|self)'/);
    assert.equal(headers.get('strict-transport-security'), null, 'only TLS can promise TLS');
  }
  const { headers } = await under.send('GET', '/login');
  assert.equal(headers.get('content-security-policy'), "default-src 'self'", 'a page has a policy of its own');
});

test('where callers come over TLS they are told to stay there', async () => {
  await using under = await start('https://tacet.example.test');
  for (const { status, headers } of await answersOf(under)) {
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000', String(status));
  }
});

test('only media may be loaded by pages of other origins, since its link is what protects it', async () => {
  await using under = await start();
  const media = await under.send('GET', '/tacet/v1/media/made-up');
  assert.equal(media.headers.get('cross-origin-resource-policy'), 'cross-origin');
  assert.match(media.headers.get('content-security-policy') ?? '', /media-src 'self'/);
  const other = await under.send('GET', '/tacet/v1/audit');
  assert.equal(other.headers.get('cross-origin-resource-policy'), 'same-origin');
});
