/** What browsers are told about pages of other origins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AllowedOrigins, isOrigin } from '../../src/allowed-origins.ts';
import { openEdge } from '../../src/http/edge-settings.ts';
import type { OauthListener } from '../../src/http/ports.ts';
import { HttpUnderTest, type Received } from './http-under-test.ts';

const desk = 'https://desk.example.test';
const evil = 'https://evil.example.test';

/** Lets every page in, as a token endpoint may that has a rule of its own. */
const oauth: OauthListener = {
  handlesPath: (url) => url.startsWith('/oauth/'),
  handle: ({ headers }, response) => {
    response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*');
    response.setHeader('access-control-expose-headers', 'x-other');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.writeHead(200, { 'content-type': 'application/json', 'Access-Control-Allow-Origin': '*' }).end('{}');
  },
};

function listing(...corsOrigins: readonly string[]): Promise<HttpUnderTest> {
  return HttpUnderTest.start({ ports: { oauth, edge: { ...openEdge, corsOrigins } } });
}

function corsHeaders({ headers }: Received): readonly string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control-'));
}

function preflight(under: HttpUnderTest, origin: string, path = '/api/v2/tokens/me'): Promise<Received> {
  const headers = {
    origin,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization,content-type',
  };
  return under.send('OPTIONS', path, { headers });
}

test('only pages of origins that the operator listed may call the API from a browser', async () => {
  await using under = await listing(desk, 'http://127.0.0.1:5173');
  const token = under.tokens.issue({ role: 'admin' });
  for (const [origin, isAllowed] of [
    [desk, true],
    ['http://127.0.0.1:5173', true],
    [evil, false],
    ['http://127.0.0.1:5174', false],
    ['http://desk.example.test', false],
    ['https://desk.example.test.evil.test', false],
    ['null', false],
  ] as const) {
    const expected = isAllowed ? origin : null;
    const answers = [
      await under.send('GET', '/tacet/v1/audit', { token, headers: { origin } }),
      await under.send('GET', '/api/v2/tokens/me', { headers: { origin } }),
      await under.send('GET', '/api/v2/nowhere', { headers: { origin } }),
      await under.send('GET', '/health/live', { headers: { origin } }),
      await under.send('POST', '/oauth/token', { headers: { origin } }),
    ];
    for (const { headers } of answers) {
      assert.equal(headers.get('access-control-allow-origin'), expected, origin);
      assert.equal(headers.get('vary'), 'Origin', 'caches keep answers of pages apart');
    }
    const asked = await preflight(under, origin);
    assert.equal(asked.headers.get('access-control-allow-origin'), expected, origin);
    assert.equal(asked.status, isAllowed ? 204 : 405);
  }
  const withoutOrigin = await under.send('GET', '/tacet/v1/audit', { token });
  assert.deepEqual([withoutOrigin.status, corsHeaders(withoutOrigin)], [200, []]);
});

test('where no origin is listed nothing is said to browsers, at the token endpoint neither', async () => {
  await using under = await listing();
  for (const path of ['/api/v2/tokens/me', '/health/live', '/nowhere']) {
    assert.deepEqual(corsHeaders(await under.send('GET', path, { headers: { origin: desk } })), [], path);
  }
  for (const headers of [{}, { origin: desk }]) {
    assert.deepEqual(corsHeaders(await under.send('POST', '/oauth/token', { headers })), []);
  }
  const asked = await preflight(under, desk);
  assert.deepEqual([asked.status, corsHeaders(asked)], [405, []]);
});

test('a preflight is answered for the methods of the API and the headers that the page asked for', async () => {
  await using under = await listing(desk);
  for (const path of ['/api/v2/tokens/me', '/api/v2/nowhere', '/oauth/token']) {
    const { status, headers, text } = await preflight(under, desk, path);
    assert.deepEqual([status, text], [204, ''], path);
    assert.equal(headers.get('access-control-allow-methods'), 'GET, HEAD, POST, PUT, PATCH, DELETE');
    assert.equal(headers.get('access-control-allow-headers'), 'authorization,content-type');
    assert.equal(headers.get('access-control-max-age'), '600');
    assert.equal(headers.get('vary'), 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
    assert.match(headers.get('inin-correlation-id') ?? '', /^[0-9a-f-]{36}$/);
  }
  const odd = { origin: desk, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'a b; c' };
  const { status, headers } = await under.send('OPTIONS', '/api/v2/tokens/me', { headers: odd });
  assert.deepEqual([status, headers.get('access-control-allow-headers')], [204, null]);
  const plain = await under.send('OPTIONS', '/api/v2/tokens/me', { headers: { origin: desk } });
  assert.equal(plain.status, 405, 'without a method to ask for it is no preflight');
});

test('scripts may read what they need to repeat and to report a request', async () => {
  await using under = await listing(desk);
  for (const [method, path] of [
    ['GET', '/api/v2/tokens/me'],
    ['POST', '/oauth/token'],
  ] as const) {
    const { headers } = await under.send(method, path, { headers: { origin: desk } });
    const exposed = (headers.get('access-control-expose-headers') ?? '').toLowerCase().split(', ');
    for (const name of ['inin-correlation-id', 'inin-ratelimit-reset', 'retry-after', 'tacet-closed-at']) {
      assert.ok(exposed.includes(name), `${path} ${name}`);
    }
  }
});

test('credentials are never allowed, least of all to any page', async () => {
  for (const origins of [['*'], [desk], ['*', desk]]) {
    await using under = await listing(...origins);
    const any = origins.includes('*');
    const answers = [
      await preflight(under, desk),
      await under.send('GET', '/api/v2/tokens/me', { headers: { origin: desk } }),
      await under.send('POST', '/oauth/token', { headers: { origin: desk } }),
    ];
    for (const { headers } of answers) {
      assert.equal(headers.get('access-control-allow-origin'), any ? '*' : desk);
      assert.equal(headers.get('access-control-allow-credentials'), null);
    }
    const other = await under.send('GET', '/api/v2/tokens/me', { headers: { origin: evil } });
    assert.equal(other.headers.get('access-control-allow-origin'), any ? '*' : null);
  }
});

test('the token endpoint tells a browser nothing that the list of origins does not allow', async () => {
  await using under = await listing(desk);
  assert.deepEqual(corsHeaders(await under.send('POST', '/oauth/token', { headers: { origin: evil } })), []);
  assert.deepEqual(corsHeaders(await under.send('POST', '/oauth/token')), []);
  const allowed = await under.send('POST', '/oauth/token', { headers: { origin: desk } });
  assert.equal(allowed.headers.get('access-control-allow-origin'), desk, 'once, and not as any');
});

test('an origin is a scheme, a host and a port, written in any case and with the usual port or without', () => {
  for (const entry of ['*', desk, 'http://localhost:5173', 'https://[2001:db8::1]:8443', 'HTTPS://DESK.example.test']) {
    assert.ok(isOrigin(entry), entry);
  }
  for (const entry of [
    '',
    'null',
    'desk.example.test',
    `${desk}/`,
    `${desk}/a`,
    `${desk}?a`,
    'file:///a',
    'https://',
  ]) {
    assert.ok(!isOrigin(entry), entry);
  }
  const origins = new AllowedOrigins(['HTTPS://Desk.Example.Test:443']);
  assert.ok(origins.allows(desk));
  assert.ok(!origins.isEmpty && !origins.isAny);
});
