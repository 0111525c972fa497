/** Damaged and senseless requests: each is refused as the caller's mistake, in the contract's shape, and none is left waiting. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { countExecution, fuzzFactor, fuzzInputs, fuzzSeed, keepFind } from '@tacet/testkit/fuzz';
import fc from 'fast-check';
import { IdentitySqlite } from '../../src/store/identity-sqlite.ts';
import { answersIn, type RawAnswer } from './http-traffic.ts';
import { agentUser, HttpUnderTest } from './http-under-test.ts';
import { requestBytes, requestTo, type Wish } from './made-requests.ts';
import { someClient } from './token-book.ts';

const seed = 20_260_722;
/** A server that has not answered after this long never will. */
const patienceMs = 20_000;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Sends bytes and no more, and takes what comes until the server hangs up. */
function exchange(url: string, bytes: Uint8Array): Promise<Buffer> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes));
    socket.setTimeout(patienceMs, () => reject(new Error('the server keeps somebody waiting')));
    socket.on('data', (chunk) => received.push(chunk));
    // A server that hangs up on bytes it does not want may do so before they are all sent.
    socket.on('error', () => resolve(Buffer.concat(received)));
    socket.on('close', () => resolve(Buffer.concat(received)));
  });
}

function assertSound({ status, headers, body, isBodiless }: RawAnswer, about: string): void {
  assert.ok(status >= 100 && status < 500, `${about}: ${status} ${body}`);
  if (status < 200) return;
  assert.match(headers.get('inin-correlation-id') ?? '', uuid, about);
  assert.equal(headers.get('x-content-type-options'), 'nosniff', about);
  if (status < 400 || isBodiless) return;
  const error = JSON.parse(body);
  assert.equal(error.status, status, about);
  assert.equal(error.contextId, headers.get('inin-correlation-id'), about);
  assert.ok(typeof error.code === 'string' && Array.isArray(error.details) && Array.isArray(error.errors), about);
}

/** A sensible request to each door, with a token and without. */
function sensible(under: HttpUnderTest, ids: { readonly [name: string]: string }): readonly Uint8Array[] {
  const token = under.tokens.issue({ role: 'admin', userId: agentUser });
  const known = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);
  return under.app.doors.flatMap(({ method, path, parameters = [], body }) => {
    // Doors may wait for something, and here nothing ever comes.
    const query = new URLSearchParams(
      parameters.map(({ name }): [string, string] => [name, name === 'maxWaitMs' ? '0' : '1']),
    );
    const wish = { method, path: `${known(path)}?${query}` };
    const bodies =
      body === undefined ? [undefined] : ['{"recordingState":"PAUSED","state":"connected","list":[1]}', '[]'];
    return bodies.flatMap((text) => {
      const withBody = text === undefined ? wish : { ...wish, body: text };
      return [requestBytes({ ...withBody, token }), requestBytes(withBody)];
    });
  });
}

/** What only hostile or broken callers send. */
function senseless(token: string): readonly Uint8Array[] {
  const path = '/api/v2/conversations/calls/x/recordingstate';
  const put = { method: 'PUT', path, token } as const;
  return [
    requestBytes({ ...put, headers: ['Transfer-Encoding: chunked'] }),
    requestBytes({
      ...put,
      headers: ['Transfer-Encoding: chunked', 'Trailer: a', ''].slice(0, 2),
      body: '5\r\n{"a":\r\n0\r\n\r\n',
    }),
    requestBytes({ ...put, body: '{"__proto__":{"recordingState":"PAUSED"},"constructor":{"prototype":1}}' }),
    requestBytes({ ...put, body: `{"recordingState":${'['.repeat(5_000)}` }),
    requestBytes({ ...put, body: '\ufeff{"recordingState":"\\ud800\\u0000"}' }),
    requestBytes({ ...put, body: '{"recordingState":"PAUSED","recordingState":1e999}' }),
    requestBytes({ ...put, headers: ['Content-Length: 99999999999999999999'] }),
    requestBytes({ ...put, headers: ['Content-Encoding: gzip', 'Expect: 100-continue'], body: '{}' }),
    requestBytes({ method: 'OPTIONS', path: '*' }),
    requestBytes({ method: 'GET', path: 'http://other.example.test/api/v2/tokens/me', token }),
    requestBytes({ method: 'CONNECT', path: 'other.example.test:443' }),
    requestBytes({ method: 'GET', path: '//////', headers: ['Upgrade: websocket', 'Sec-WebSocket-Key: x'] }),
    requestBytes({ method: 'GET', path: '/tacet/v1/media/..%2f..%2fetc?gap=%00', headers: ['Range: bytes=--1,5-2'] }),
    requestBytes({ method: 'GET', path: '/tacet/v1/audit?pageSize=1&pageSize=2&after=-1&__proto__[x]=1', token }),
    requestBytes({
      method: 'GET',
      path: '/api/api/api/v2/%2e%2e/%c0%ae',
      headers: ['X-Forwarded-For: ,,,', 'Cookie: a=b'],
    }),
    Buffer.from('GET / HTTP/1.0\r\n\r\n'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    // Found by this test: an address that is no path, by a method that nobody knows.
    Buffer.from('PRI *`HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  ];
}

interface Started {
  readonly under: HttpUnderTest;
  readonly corpus: readonly Uint8Array[];
  /** Of a live and an ended conversation and their recordings. */
  readonly ids: readonly string[];
}

/** The client of all tokens here, as the doors of identity know it. */
function addClient({ db, ids, clock }: HttpUnderTest): void {
  const at = clock.now();
  const facts = {
    name: 'Fuzz',
    description: '',
    kind: 'CLIENT-CREDENTIALS',
    state: 'active',
    origin: 'admin',
  } as const;
  const limits = { redirectUris: [], scopes: [], tokenValiditySeconds: 86_400 };
  new IdentitySqlite(db, ids).putClients([{ id: someClient, ...facts, ...limits, createdAt: at, modifiedAt: at }]);
}

async function start(): Promise<Started> {
  const edge = {
    rateLimitPerMinute: 0,
    pauseRateLimitPerMinute: 0,
    trustedProxies: ['127.0.0.0/8'],
    corsOrigins: ['*'],
  };
  const under = await HttpUnderTest.start({ ports: { edge } });
  addClient(under);
  const live = await under.startCall();
  const ended = await under.startCall('call-2@sbc.example.test');
  await under.endCall(ended);
  const ids = [live, ended].map(({ conversationId, recordingId }) => ({ conversationId, recordingId }));
  const token = under.tokens.issue({ role: 'admin' });
  const corpus = [...ids.flatMap((one) => sensible(under, one)), ...senseless(token)];
  return { under, corpus, ids: ids.flatMap((one) => Object.values(one)) };
}

test('no request, whole or damaged, makes a defect, goes without an answer, or is refused in another shape', async () => {
  const { under, corpus } = await start();
  await using _under = under;
  const statuses = new Map<number, number>();
  let number = 0;
  const inputs = [...corpus, ...fuzzInputs(seed, corpus, 1_500, 'HTTP request')];
  const work = async (): Promise<void> => {
    for (let input = inputs.pop(); input !== undefined; input = inputs.pop()) {
      number += 1;
      const about = `input ${number}: ${Buffer.from(input).toString('latin1').slice(0, 300)}`;
      try {
        for (const answer of answersIn(await exchange(under.url, input), Buffer.from(input))) {
          assertSound(answer, about);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        }
        assert.deepEqual(under.reports, [], about);
      } catch (cause) {
        keepFind('HTTP request', input);
        throw cause;
      }
      // What waits for time to pass is not left waiting.
      under.clock.advance(10_000);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  assert.deepEqual(under.reports, []);
  for (const status of [200, 400, 401, 404, 405]) assert.ok((statuses.get(status) ?? 0) >= 5, `${status} was met`);
  assert.equal((await under.send('GET', '/health/live')).status, 200);
});

/** Executions of the second test; more when `npm run fuzz` asks for them. */
const runs = Math.ceil(400 * fuzzFactor());

test('no request that nearly makes sense makes a defect, at any door', async () => {
  const { under, ids } = await start();
  await using _under = under;
  const user = under.tokens.issue({ role: 'admin', userId: agentUser });
  const client = under.tokens.issue({ role: 'admin' });
  const known = [...ids, agentUser];
  const wish = fc.constantFrom(...under.app.doors).chain((door) => requestTo(door, known));
  const ask = async ({ method, path, body }: Wish, token: string): Promise<void> => {
    countExecution('HTTP door');
    const bytes = requestBytes({ method, path, token, ...(body === undefined ? {} : { body }) });
    const received = await under.passUntil(exchange(under.url, bytes), 1_000);
    for (const answer of answersIn(received, Buffer.from(bytes))) assertSound(answer, `${method} ${path} ${body}`);
    assert.deepEqual(under.reports, [], `${method} ${path} ${body}`);
  };
  const property = fc.asyncProperty(wish, fc.constantFrom(user, client), ask);
  await fc.assert(property, {
    seed: seed + fuzzSeed(),
    numRuns: runs,
    interruptAfterTimeLimit: 600_000,
  });
});
