import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  digestHash,
  digestResponse,
  formatChallenge,
  isPlainUsername,
  isRightResponse,
  parseCredentials,
} from './digest.ts';
import { Nonces } from './nonce.ts';

/** The example of RFC 7616 §3.9.1. */
const example = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  uri: '/dir/index.html',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  nc: '00000001',
  nonceCount: 1,
} as const;
const secret = 'Circle of Life';

test('the responses of RFC 7616 §3.9.1 come out for both algorithms', () => {
  const found = (['MD5', 'SHA-256'] as const).map((algorithm) => {
    const ha1 = digestHash(algorithm, example.username, example.realm, secret);
    return digestResponse({ ...example, algorithm }, 'GET', ha1);
  });
  assert.deepEqual(found, [
    '8ca523f5e9506fed4657c9700eebdbec',
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  ]);
});

const header =
  'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=SHA-256, ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, ' +
  'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, ' +
  'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

test('an Authorization header is read as its sender meant it, and its response is right for that secret and method alone', () => {
  const read = parseCredentials(header);
  assert.ok(read !== undefined);
  const { response, algorithm, ...rest } = read;
  assert.deepEqual(rest, example);
  assert.deepEqual([response.length, algorithm], [64, 'SHA-256']);
  const ha1 = digestHash('SHA-256', example.username, example.realm, secret);
  assert.equal(isRightResponse(read, 'GET', ha1), true);
  assert.equal(isRightResponse(read, 'INVITE', ha1), false);
  assert.equal(isRightResponse({ ...read, response: `${response.slice(1)}0` }, 'GET', ha1), false);
  assert.equal(isRightResponse({ ...read, response: response.slice(32) }, 'GET', ha1), false);
  assert.equal(
    isRightResponse(read, 'GET', digestHash('SHA-256', example.username, example.realm, 'circle of life')),
    false,
  );
});

test('an Authorization header that is malformed, or is none that we ask for, is none', () => {
  for (const changed of [
    header.replace('Digest', 'Basic'),
    header.replace('qop=auth', 'qop=auth-int'),
    header.replace('qop=auth, ', ''),
    header.replace('SHA-256', 'SHA-512-256'),
    header.replace('nc=00000001', 'nc=1'),
    header.replace('username="Mufasa"', 'username=""'),
    header.replace('uri="/dir/index.html"', 'nc=00000001'),
    header.replace('response="75', 'response="zz'),
    `${header}, =`,
    header.slice(0, -1),
    'Digest ',
    '',
  ]) {
    assert.equal(parseCredentials(changed), undefined, changed);
  }
  assert.equal(parseCredentials(header.replace('algorithm=SHA-256, ', ''))?.algorithm, 'MD5');
});

test('a challenge says realm, nonce, algorithm and qop, and stale only where it is', () => {
  const challenge = { realm: 'tacet', nonce: 'n', algorithm: 'SHA-256', isStale: false } as const;
  assert.equal(formatChallenge(challenge), 'Digest realm="tacet", nonce="n", algorithm=SHA-256, qop="auth"');
  assert.match(formatChallenge({ ...challenge, isStale: true }), /, stale=true$/);
});

test('a user name is plain without colons, quotes and control characters', () => {
  assert.deepEqual(['sbc-1', 'SBC Nord', 'a:b', 'a"b', 'a\nb', ''].map(isPlainUsername), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

const chance = '0123456789abcdef';
const policy = { lifeMs: 1_000, usedMax: 3 };

test('a nonce is taken while it lives, each count of it once, in any order that a busy source makes', () => {
  const nonces = new Nonces(Buffer.from('key'), policy);
  const nonce = nonces.issue(5_000, chance);
  const taken = (count: number, at = 5_500): boolean => nonces.take(nonce, count, at);
  assert.deepEqual(
    [taken(1), taken(1), taken(3), taken(2), taken(2), taken(0)],
    [true, false, true, true, false, false],
  );
  assert.deepEqual(
    [taken(40), taken(9), taken(8), taken(9), taken(40), taken(41)],
    [true, true, false, false, false, true],
  );
  assert.deepEqual([taken(42, 6_000), taken(43, 6_001), taken(44, 4_999)], [true, false, false]);
});

test('a nonce that another key signed, or that was changed, is not taken', () => {
  const nonces = new Nonces(Buffer.from('key'), policy);
  const other = new Nonces(Buffer.from('other'), policy).issue(5_000, chance);
  const own = nonces.issue(5_000, chance);
  const changed = own.replace(chance, chance.replace('0', '1'));
  for (const nonce of [other, changed, '', 'x.y.z', `${own} `])
    assert.equal(nonces.take(nonce, 1, 5_001), false, nonce);
});

test('when too many nonces are in use the oldest becomes stale, and no count of it comes a second time', () => {
  const nonces = new Nonces(Buffer.from('key'), policy);
  const all = [1, 2, 3, 4].map((n) => nonces.issue(5_000 + n, `${n}`.repeat(16)));
  assert.deepEqual(
    all.map((nonce) => nonces.take(nonce, 1, 5_100)),
    [true, true, true, true],
  );
  assert.deepEqual(
    all.map((nonce) => nonces.take(nonce, 1, 5_100)),
    [false, false, false, false],
  );
  assert.deepEqual(
    all.map((nonce) => nonces.take(nonce, 2, 5_100)),
    [false, true, true, true],
  );
});
