/** Whose word counts about where a request came from. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { openEdge } from '../../src/http/edge-settings.ts';
import { callerUrl, isNetwork, lookThroughProxies, Networks, remoteAddress } from '../../src/remote-address.ts';
import { HttpUnderTest } from './http-under-test.ts';

type Headers = { readonly [name: string]: string };

/** A request as far as its origin goes: the other end of its connection, and its headers. */
function requestFrom(peer: string | undefined, headers: Headers): IncomingMessage {
  const socket = { remoteAddress: peer, localAddress: '192.0.2.1', localPort: 8080 };
  return { socket, headers } as unknown as IncomingMessage;
}

function addressSeen(peer: string, forwarded: string | undefined, trusted: readonly string[]): string {
  const request = requestFrom(peer, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded });
  lookThroughProxies(request, new Networks(trusted));
  return remoteAddress(request);
}

test('what proxies say about a request counts only from proxies that the operator trusts', async () => {
  const headers = { 'x-forwarded-for': '198.51.100.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.test' };
  for (const trustedProxies of [[], ['192.0.2.0/24'], ['127.0.0.0/8']]) {
    await using under = await HttpUnderTest.start({ ports: { edge: { ...openEdge, trustedProxies } } });
    const isTrusted = trustedProxies[0] === '127.0.0.0/8';
    const token = under.tokens.issue({ role: 'admin' });
    const call = await under.startCall();
    await under.endCall(call);
    const path = `/api/v2/conversations/${call.conversationId}/recordings`;
    const { text } = await under.send('GET', path, { token, headers });
    assert.equal(text.includes('"mediaUri":"https://evil.test/tacet/v1/media/'), isTrusted);
    assert.equal(text.includes(`"mediaUri":"${under.url}/tacet/v1/media/`), !isTrusted);
    await under.send('PUT', '/api/v2/conversations/calls/x/recordingstate', { headers, body: {} });
    const entry = (await under.audit()).at(-1);
    assert.equal(entry?.by.from, isTrusted ? '198.51.100.9' : '127.0.0.1');
  }
});

test('strangers behind a trusted proxy are counted each for themselves', async () => {
  const edge = { ...openEdge, trustedProxies: ['127.0.0.1'], rateLimitPerMinute: 1 };
  await using under = await HttpUnderTest.start({ ports: { edge } });
  const ask = async (forwarded: string): Promise<number> => {
    const headers = { 'x-forwarded-for': forwarded };
    return (await under.send('GET', '/api/v2/tokens/me', { headers })).status;
  };
  assert.deepEqual([await ask('198.51.100.1'), await ask('198.51.100.2')], [401, 401]);
  assert.deepEqual([await ask('198.51.100.1'), await ask('203.0.113.7, 198.51.100.2')], [429, 429]);
  assert.deepEqual([await ask('2001:db8:1:2::1'), await ask('2001:db8:1:2::2')], [401, 429], 'a /64 is one');
});

test('proxies are looked through from the near end, as long as each is trusted', () => {
  const trusted = ['10.0.0.0/8', '2001:db8::/32'];
  const cases: readonly (readonly [peer: string, forwarded: string | undefined, seen: string])[] = [
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.9', '198.51.100.9'],
    ['::ffff:10.0.0.1', '198.51.100.9', '198.51.100.9'],
    ['2001:db8::5', '198.51.100.9', '198.51.100.9'],
    ['10.0.0.1', '203.0.113.1, 198.51.100.9', '198.51.100.9'],
    ['10.0.0.1', '203.0.113.1, 198.51.100.9, 10.2.3.4', '198.51.100.9'],
    ['10.0.0.1', '203.0.113.1,10.9.9.9,2001:db8::7', '203.0.113.1'],
    ['10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
    ['10.0.0.1', '198.51.100.9:4711', '198.51.100.9'],
    ['10.0.0.1', '[2001:4860::1]:4711', '2001:4860::1'],
    ['10.0.0.1', '2001:4860::1', '2001:4860::1'],
    ['10.0.0.1', '::ffff:198.51.100.9', '198.51.100.9'],
    ['10.0.0.1', '198.51.100.9, unknown', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.9, 10.0.0.7, <script>', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.9, , 10.0.0.7', '10.0.0.7'],
    ['198.51.100.1', '203.0.113.1', '198.51.100.1'],
    ['fe80::1%eth0', '203.0.113.1', 'fe80::1%eth0'],
    ['', '203.0.113.1', ''],
  ];
  for (const [peer, forwarded, seen] of cases) {
    assert.equal(addressSeen(peer, forwarded, trusted), seen, `${peer} ${forwarded}`);
  }
  const endless = Array.from({ length: 5_000 }, () => '10.0.0.9').join(',');
  assert.equal(addressSeen('10.0.0.1', `203.0.113.1,${endless}`, trusted), '10.0.0.9');
  assert.equal(addressSeen('fe80::1%eth0', '203.0.113.1', ['fe80::/10']), '203.0.113.1');
  assert.equal(remoteAddress(requestFrom(undefined, {})), '');
});

test('links take scheme and host from the proxy next to us, if they are such', () => {
  const linkFor = (headers: Headers): string => {
    const request = requestFrom('10.0.0.1', headers);
    lookThroughProxies(request, new Networks(['10.0.0.1']));
    return callerUrl(request);
  };
  const host = 'inner.test:8080';
  assert.equal(linkFor({ host }), 'http://inner.test:8080');
  assert.equal(linkFor({ host, 'x-forwarded-proto': 'https' }), 'https://inner.test:8080');
  assert.equal(linkFor({ host, 'x-forwarded-proto': 'javascript' }), 'http://inner.test:8080');
  assert.equal(linkFor({ host, 'x-forwarded-proto': 'http, HTTPS' }), 'https://inner.test:8080');
  assert.equal(linkFor({ host, 'x-forwarded-host': 'evil.test, tacet.test' }), 'http://tacet.test');
  assert.equal(linkFor({ host, 'x-forwarded-host': '[2001:db8::1]:443' }), 'http://[2001:db8::1]:443');
  for (const odd of ['a b', 'a/b', 'user@a', 'a"b', 'a:b', '', '?']) {
    assert.equal(linkFor({ host, 'x-forwarded-host': odd }), 'http://inner.test:8080', odd);
    assert.equal(linkFor({ host: odd }), 'http://192.0.2.1:8080', `a host that is none: ${odd}`);
  }
});

test('an address or a network names a proxy, and nothing else does', () => {
  for (const entry of ['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '10.0.0.1/32', '::1', '2001:db8::/32', '::/0']) {
    assert.ok(isNetwork(entry), entry);
  }
  for (const entry of ['', 'proxy', '10.0.0', '10.0.0.1/33', '10.0.0.1/-1', '::1/129', '10.0.0.1/8/8', '10.0.0.1/x']) {
    assert.ok(!isNetwork(entry), entry);
  }
});
