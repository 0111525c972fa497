/** What holds for every request, whatever it asks for. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { Defect } from '@tacet/domain';
import type { OauthListener } from '../../src/http/ports.ts';
import { HttpUnderTest } from './http-under-test.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Says what it was asked, so that a test sees who answered. */
const oauthEcho: OauthListener = {
  handlesPath: (url) => url.startsWith('/oauth/') || url.startsWith('/login/oauth/'),
  handle: (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ oauth: request.url }));
  },
};

test('every answer names its request, and is kept out of caches', async () => {
  await using under = await HttpUnderTest.start({ ports: { oauth: oauthEcho } });
  const token = under.tokens.issue({ role: 'admin' });
  const { conversationId } = await under.startCall();
  const answers = [
    await under.send('GET', '/health/live'),
    await under.send('GET', '/nowhere'),
    await under.send('GET', '/api/v2/%zz'),
    await under.send('POST', '/oauth/token'),
    await under.send('GET', `/api/v2/conversations/${conversationId}`),
    await under.send('GET', `/api/v2/conversations/${conversationId}`, { token }),
    await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', token),
    await under.setState(`${conversationId}/recordingstate`, 'PAUSED', token, 'PATCH'),
    await under.setState('calls/unknown/recordingstate', 'PAUSED', token),
  ];
  const ids = answers.map(({ headers }) => headers.get('inin-correlation-id') ?? '');
  for (const [place, { headers }] of answers.entries()) {
    assert.match(ids[place] ?? '', uuid);
    assert.equal(headers.get('cache-control'), 'no-cache, no-store, must-revalidate');
    assert.equal(headers.get('pragma'), 'no-cache');
    assert.equal(headers.get('expires'), '0');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
  assert.equal(new Set(ids).size, answers.length, 'each request has an id of its own');
  const entries = await under.audit(conversationId);
  assert.ok(
    entries.some(({ by }) => by.requestId === ids[6]),
    'the audit log knows the request by the same id',
  );
});

test('the context of an error is the id of its request', async () => {
  await using under = await HttpUnderTest.start();
  const { json, headers } = await under.send('GET', '/api/v2/tokens/me');
  assert.partialDeepStrictEqual(json, { contextId: headers.get('inin-correlation-id') });
});

test('JSON is sent as application/json and nothing beside it', async () => {
  await using under = await HttpUnderTest.start();
  for (const path of ['/health/live', '/nowhere', '/api/v2/tokens/me']) {
    assert.equal((await under.send('GET', path)).headers.get('content-type'), 'application/json');
  }
});

test('what has no door is 404, whatever is sent to it', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const asked: readonly (readonly [method: string, path: string])[] = [
    ['GET', '/'],
    ['PUT', '/api/v2/conversations/faxes/x/recordingstate'],
    ['GET', '/api/v2/%zz'],
    ['GET', `/api/v2/conversations/${'x'.repeat(500)}`],
    ['GET', '/oauth/token'],
    ['HEAD', '/api/v2/nothing'],
    ['OPTIONS', '/api/v2/nothing'],
    ['PROPFIND', '/api/v2/nothing'],
    ['GET', '/api/v2/tokens/me/'],
    ['GET', '/API/v2/tokens/me'],
  ];
  for (const [method, path] of asked) {
    for (const headers of [{}, { 'content-type': 'nonsense' }]) {
      const rawBody = method === 'POST' || method === 'PUT' ? '{' : undefined;
      const sent = { token, headers, ...(rawBody === undefined ? {} : { rawBody }) };
      const { status, json } = await under.send(method, path, sent);
      assert.equal(status, 404, `${method} ${path}`);
      if (method !== 'HEAD') assert.partialDeepStrictEqual(json, { code: 'not.found', details: [], errors: [] });
    }
  }
  assert.deepEqual(under.reports, []);
});

test('a path that is known by other methods is 405, and says by which', async () => {
  await using under = await HttpUnderTest.start();
  const asked: readonly (readonly [method: string, path: string, allow: string])[] = [
    ['POST', '/api/v2/tokens/me', 'DELETE, GET, HEAD'],
    ['OPTIONS', '/api/v2/tokens/me?x=1', 'DELETE, GET, HEAD'],
    ['PROPFIND', '/api/v2/tokens/me', 'DELETE, GET, HEAD'],
    ['DELETE', '/tacet/v1/audit', 'GET'],
    ['HEAD', '/tacet/v1/audit', 'GET'],
    ['POST', '/api/v2/conversations/calls/x/recordingstate', 'PUT'],
    ['GET', '/api/v2/conversations/x/recordingstate', 'PATCH'],
    ['POST', '/api/api/v2/conversations/x/recordingstate', 'PATCH'],
    ['PUT', '/tacet/v1/media/x', 'GET, HEAD'],
    ['POST', '/health/live', 'GET'],
  ];
  for (const [method, path, allow] of asked) {
    const { status, headers, json } = await under.send(method, path);
    assert.deepEqual([status, headers.get('allow')], [405, allow], `${method} ${path}`);
    if (method !== 'HEAD') assert.partialDeepStrictEqual(json, { code: 'method.not.allowed', status: 405 });
  }
  assert.deepEqual(under.reports, []);
});

test('no header makes a request one of another method', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    const headers = { [name]: 'DELETE' };
    assert.equal((await under.send('HEAD', '/api/v2/tokens/me', { token, headers })).status, 200);
    assert.equal((await under.send('POST', '/api/v2/tokens/me?_method=DELETE', { token, headers })).status, 405);
  }
  assert.equal((await under.send('HEAD', '/api/v2/tokens/me', { token })).status, 200, 'the token is still good');
});

test('the API may stand behind the prefix that a gateway puts in front', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue();
  assert.equal((await under.send('HEAD', '/api/api/v2/tokens/me', { token })).status, 200);
});

test('OAuth answers on the same port, for its own paths only', async () => {
  await using under = await HttpUnderTest.start({ ports: { oauth: oauthEcho } });
  for (const path of ['/oauth/token', '/login/oauth/token?x=1']) {
    assert.deepEqual((await under.send('POST', path)).json, { oauth: path });
  }
  assert.equal((await under.send('GET', '/health/live')).status, 200);
  assert.equal((await under.send('GET', '/oauths')).status, 404);
});

test('a process that answers is live, and ready while nothing speaks against it', async () => {
  const reasons: string[] = [];
  await using under = await HttpUnderTest.start({ ports: { notReadyBecause: () => reasons } });
  assert.deepEqual((await under.send('GET', '/health/live')).json, { status: 'live' });
  const ready = await under.send('GET', '/health/ready');
  assert.deepEqual([ready.status, ready.json], [200, { status: 'ready' }]);
  reasons.push('1 of 2 media workers are down.');
  const notReady = await under.send('GET', '/health/ready');
  assert.deepEqual([notReady.status, notReady.json], [503, { status: 'notReady', reasons }]);
  assert.equal((await under.send('GET', '/health/live')).status, 200);
});

test('a defect is 500 without a word about it, and is reported', async () => {
  const notReadyBecause = (): readonly string[] => {
    throw new Defect('the answer to everything');
  };
  await using under = await HttpUnderTest.start({ ports: { notReadyBecause } });
  const { status, text, json } = await under.send('GET', '/health/ready');
  assert.equal(status, 500);
  assert.partialDeepStrictEqual(json, { code: 'internal.server.error' });
  assert.doesNotMatch(text, /everything/);
  assert.deepEqual(
    under.reports.map(({ message }) => message),
    ['the answer to everything'],
  );
});

function exchange(url: string, bytes: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      received += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

test('bytes that are no HTTP get a 400 with an error body, and the connection ends', async () => {
  await using under = await HttpUnderTest.start();
  const host = 'GET /health/live HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n';
  for (const bytes of [
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\nbad header\r\n\r\n',
    '\u0016\u0003\u0001',
    'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n',
    `${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
  ]) {
    const answer = await exchange(under.url, bytes);
    assert.match(answer, /\r\nX-Content-Type-Options: nosniff\r\n/i, bytes);
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
    assert.partialDeepStrictEqual(body, { code: 'bad.request', status: 400 });
    assert.match(body.contextId, uuid);
  }
  assert.equal((await under.send('GET', '/health/live')).status, 200);
});

test('a method that nobody knows, at an address that is no path, is 404 as well', async () => {
  await using under = await HttpUnderTest.start();
  const answer = await exchange(under.url, 'PRI *`HTTP/2.0\r\n\r\nSM\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 404 Not Found\r\n/);
  assert.deepEqual(under.reports, []);
});

test('headers that are too long are refused as such', async () => {
  await using under = await HttpUnderTest.start();
  const answer = await exchange(under.url, `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
  assert.match(answer, /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  assert.partialDeepStrictEqual(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)), { status: 431 });
});

test('what a request expects, or would rather speak, is no reason to answer it otherwise', async () => {
  await using under = await HttpUnderTest.start();
  for (const line of ['Expect: something', 'Expect: 100-continue', 'Upgrade: h2c', 'Upgrade: websocket']) {
    const head = `GET /health/live HTTP/1.1\r\nHost: a.test\r\nConnection: close, upgrade\r\n${line}\r\n\r\n`;
    const answer = await exchange(under.url, head);
    assert.match(answer, /^(HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 200 OK\r\n/, line);
    assert.match(answer, /\r\nININ-Correlation-Id: /, line);
  }
});

test('links lead to where the caller came in, or to the public address where one is set', async () => {
  for (const publicUrl of [undefined, 'https://tacet.example.test']) {
    await using under = await HttpUnderTest.start({ ports: publicUrl === undefined ? {} : { publicUrl } });
    const token = under.tokens.issue({ role: 'admin' });
    const call = await under.startCall();
    await under.endCall(call);
    const { json } = await under.send('GET', `/api/v2/conversations/${call.conversationId}/recordings`, { token });
    assert.ok(JSON.stringify(json).includes(`"mediaUri":"${publicUrl ?? under.url}/tacet/v1/media/`));
  }
});

test('an app that was closed takes no more requests', async () => {
  const under = await HttpUnderTest.start();
  assert.equal((await under.send('GET', '/health/live')).status, 200);
  await under[Symbol.asyncDispose]();
  await assert.rejects(under.send('GET', '/health/live'));
});

test('a request that is under way when the app is closed is answered, and its connection is not used again', async () => {
  const under = await HttpUnderTest.start({ resumeGuardMs: 250 });
  const token = under.tokens.issue({ role: 'admin' });
  const { conversationId } = await under.startCall();
  const door = `calls/${conversationId}/recordingstate`;
  await under.setState(door, 'PAUSED', token);
  const resuming = under.setState(door, 'ACTIVE', token);
  await under.somethingWaits();
  const closing = under.app.close();
  const { status, text } = await under.passUntil(resuming);
  assert.deepEqual([status, text], [200, '"ACTIVE"']);
  await closing;
  await under[Symbol.asyncDispose]();
});
