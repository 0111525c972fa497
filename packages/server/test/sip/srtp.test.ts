import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { defaultTrunk } from '@tacet/domain';
import { TestAuthority } from '@tacet/testkit/certificates';
import { parseDescription } from '@tacet/wire/sdp';
import { headerValue } from '@tacet/wire/sip';
import { unsealSource } from '../../src/control/kept-source.ts';
import { metadataOf, multipartOf, offerOf, type RecordedCall } from '../../src/demo/call-body.ts';
import { FencedMediaHost } from '../control/fenced-media-host.ts';
import { someCall } from './sample-calls.ts';
import { sipUnderTest } from './sip-under-test.ts';

const origin = { address: '127.0.0.1', sessionId: '1', version: 1 };

function key(): string {
  return randomBytes(30).toString('base64');
}

function protectedCall(...keys: readonly string[]): RecordedCall {
  const call = someCall();
  const cryptos = (at: number): string[] => [`4 AES_CM_128_HMAC_SHA1_80 inline:${keys[at]}|2^31`];
  return { ...call, streams: call.streams.map((stream, at) => ({ ...stream, cryptos: cryptos(at) })) };
}

function body(call: RecordedCall): { readonly body: ReturnType<typeof multipartOf> } {
  return { body: multipartOf(offerOf(call, origin), metadataOf(call)) };
}

/** Values of the crypto attributes of an answer, by media line. */
function cryptosOf(bytes: Uint8Array): readonly (readonly (string | undefined)[])[] {
  const read = parseDescription(bytes);
  assert.ok(read.ok);
  const { media } = read.value;
  return media.map(({ attributes }) => attributes.filter(({ name }) => name === 'crypto').map(({ value }) => value));
}

async function tappedSip() {
  const sip = await sipUnderTest();
  const media = new FencedMediaHost(sip.context.clock);
  Object.assign(sip.context, { media });
  return { sip, media };
}

test('an offer of SRTP is answered in kind, with a key of ours for each line', async () => {
  const { sip, media } = await tappedSip();
  await using _sip = sip;
  const keys = [key(), key()];
  const response = await sip.client('udp').inviteWith(body(protectedCall(...keys)));
  assert.equal(response.status, 200);
  assert.match(Buffer.from(response.body).toString(), /m=audio \d+ RTP\/SAVP 0/);
  const own = cryptosOf(response.body).map(
    ([value]) => /^4 AES_CM_128_HMAC_SHA1_80 inline:(\S{40})$/.exec(value ?? '')?.[1],
  );
  assert.equal(new Set([...own, ...keys]).size, 4, 'keys of ours, each its own');
  assert.deepEqual(
    media.requests.map(({ srtp }) => srtp?.keys[0]?.keyAndSalt),
    keys,
  );
  assert.deepEqual(
    media.requests.map(({ from }) => from?.port),
    [40_000, 40_002],
  );
  assert.deepEqual(
    media.requests.map(({ rtcp }) => rtcp),
    ['own', 'own'],
  );
});

test('a re-INVITE with new keys reaches the captures before it is answered, and our own keys stay', async () => {
  const { sip, media } = await tappedSip();
  await using _sip = sip;
  const client = sip.client('udp');
  const [one, two, three] = [key(), key(), key()];
  const first = await client.inviteWith(body(protectedCall(one, two)));
  const second = await client.reinviteWith(body(protectedCall(three, two)));
  assert.equal(second.status, 200);
  assert.deepEqual(
    media.agreed.map(({ terms }) => terms.srtp?.keys[0]?.keyAndSalt),
    [three, two],
  );
  assert.deepEqual(cryptosOf(second.body), cryptosOf(first.body));
  assert.equal(media.requests.length, 2, 'no stream began anew');
});

test('a capture that is taken up goes on under the terms that were agreed on last', async () => {
  const { sip } = await tappedSip();
  await using _sip = sip;
  const client = sip.client('udp');
  await client.inviteWith(body(protectedCall(key(), key())));
  const fresh = [key(), key()];
  assert.equal((await client.reinviteWith(body(protectedCall(...fresh)))).status, 200);
  const { store, keys } = sip.context;
  const [kept = assert.fail()] = await store.documentsOf('keptSource');
  assert.deepEqual(
    unsealSource(keys, kept)?.captures.map(({ request }) => request.srtp?.keys[0]?.keyAndSalt),
    fresh,
  );
});

test('a media line of SRTP without a key that can be used is refused with 488 and a warning that says so', async () => {
  const { sip } = await tappedSip();
  await using _sip = sip;
  const response = await sip.client('udp').inviteWith(body(protectedCall('short', 'short')));
  assert.equal(response.status, 488);
  assert.match(headerValue(response, 'Warning') ?? '', /a=crypto/);
});

const refusing = [{ ...defaultTrunk, name: 'carrier', keysInClear: 'refuse' as const }];

test('keys that come without TLS are taken, and told of once for each trunk', async () => {
  await using sip = await sipUnderTest();
  const client = sip.client('udp');
  assert.equal((await client.inviteWith(body(someCall()))).status, 200);
  assert.deepEqual(
    sip.lines.filter(({ event }) => event === 'keysInClear'),
    [],
    'plain RTP has no keys',
  );
  assert.equal((await client.reinviteWith(body(protectedCall(key(), key())))).status, 200);
  assert.equal((await client.reinviteWith(body(protectedCall(key(), key())))).status, 200);
  assert.deepEqual(
    sip.lines.filter(({ event }) => event === 'keysInClear').map(({ facts }) => facts),
    [{ trunk: 'default', protocol: 'UDP' }],
  );
});

test('a trunk that refuses keys in the clear takes them over TLS alone', async () => {
  using authority = new TestAuthority();
  const credentials = authority.credentials(authority.issue('recorder.example', ['IP:127.0.0.1']));
  const tls = { listen: { host: '127.0.0.1', port: 0 }, clients: 'off', credentials } as const;
  await using sip = await sipUnderTest({ tls, trunks: refusing });
  const offer = body(protectedCall(key(), key()));
  for (const protocol of ['udp', 'tcp'] as const) {
    const refused = await sip.client(protocol).inviteWith(offer);
    assert.equal(refused.status, 488);
    assert.match(headerValue(refused, 'Warning') ?? '', /over TLS/);
  }
  assert.equal((await sip.client('tls', { tls }).inviteWith(offer)).status, 200);
  const plain = sip.client('udp');
  assert.equal((await plain.inviteWith(body(someCall()))).status, 200);
  assert.equal((await plain.reinviteWith(offer)).status, 488, 'a change is judged as the beginning is');
});

test('no key is in a log line, an audit fact or the store', async () => {
  const { sip, media } = await tappedSip();
  await using _sip = sip;
  const keys = [key(), key()];
  const client = sip.client('udp');
  const response = await client.inviteWith(body(protectedCall(...keys)));
  await client.reinviteWith(body(protectedCall(keys[1] ?? '', keys[0] ?? '')));
  await client.inviteWith(body(protectedCall('broken', 'broken')));
  const own = cryptosOf(response.body).map(([value]) => /inline:(\S+)/.exec(value ?? '')?.[1] ?? assert.fail());
  const { items } = await sip.context.store.audit({ limit: 100 });
  const told = JSON.stringify([
    sip.lines,
    sip.alarms,
    sip.reports,
    items,
    await sip.conversations(),
    await sip.recording(),
  ]);
  assert.ok(items.length > 0 && media.agreed.length > 0);
  for (const secret of [...keys, ...own]) assert.equal(told.includes(secret), false);
});
