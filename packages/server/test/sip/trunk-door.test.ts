import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultTrunk, type Trunk } from '@tacet/domain';
import { ManualClock } from '@tacet/testkit';
import type { SipMessage } from '@tacet/wire/sip';
import { sipEdgeLimits } from '../../src/sip/limits.ts';
import { trunkHashes } from '../../src/trunks.ts';
import { authorization, challengesIn, type Secret } from './digest-answer.ts';
import { callBody, type RawPeer, requestBytes, toTagOf, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

const known: Secret = { username: 'sbc', secret: 'open sesame' };
const other: Secret = { username: 'other', secret: 'let me in' };

function trunk(name: string, more: Partial<Trunk> = {}): Trunk {
  return { ...defaultTrunk, name, ...more };
}

function withDigest(name: string, { username, secret }: Secret): Trunk {
  return trunk(name, { digest: { username, hashes: trunkHashes(username, secret) } });
}

function statusOf(message: SipMessage | undefined): number {
  return message?.kind === 'response' ? message.status : 0;
}

interface Asked {
  readonly method: string;
  readonly sequence: number;
  readonly toTag?: string;
  readonly proof?: string;
}

/** One source and one dialog of it. */
class Source {
  readonly #peer: RawPeer;
  readonly #callId: string;

  constructor(peer: RawPeer, callId: string) {
    this.#peer = peer;
    this.#callId = callId;
  }

  /** The final answer; an INVITE's is acknowledged. */
  async ask({ method, sequence, toTag, proof }: Asked): Promise<SipMessage> {
    const tagged = toTag === undefined ? {} : { toTag };
    const headers = proof === undefined ? [] : [proof];
    const body = method === 'INVITE' && toTag === undefined ? callBody(someCall()) : {};
    const branch = `z9hG4bK${this.#callId}${method}${sequence}`;
    this.#peer.send(requestBytes({ method, sequence, branch, callId: this.#callId, headers, ...tagged, ...body }));
    const isFinal = (one: SipMessage): boolean =>
      one.callId === this.#callId && one.cseq.number === sequence && one.cseq.method === method && statusOf(one) >= 200;
    await until(`the answer to ${method}`, () => this.#peer.heard.some(isFinal));
    const answer = this.#peer.heard.find(isFinal) ?? assert.fail();
    if (method !== 'INVITE') return answer;
    const ack = { method: 'ACK', sequence, callId: this.#callId, toTag: toTagOf(answer) };
    this.#peer.send(requestBytes(statusOf(answer) < 300 ? ack : { ...ack, branch }));
    return answer;
  }
}

function refusalsIn(sip: SipUnderTest): readonly unknown[] {
  return sip.lines.filter(({ event }) => event === 'sourceRefused').map(({ facts }) => facts['because']);
}

test('where a trunk file is set, whoever matches no trunk is refused', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({
    clock,
    trunks: [trunk('carrier', { allow: ['192.0.2.0/24', '2001:db8::1'] })],
  });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const source = new Source(peer, 'unknown');
  for (const [place, method] of ['INVITE', 'OPTIONS', 'BYE', 'INVITE'].entries()) {
    assert.equal(statusOf(await source.ask({ method, sequence: place + 1 })), 403, method);
  }
  assert.deepEqual(await sip.conversations(), []);
  assert.deepEqual(refusalsIn(sip), ['trunkUnknown'], 'a source is written down once in a while');
  clock.advance(sipEdgeLimits.refusalNoteMs);
  await source.ask({ method: 'OPTIONS', sequence: 9 });
  assert.deepEqual(refusalsIn(sip), ['trunkUnknown', 'trunkUnknown']);
  assert.equal(sip.server.counts.refusedSources, 5);
  const { items } = await sip.context.store.audit({ limit: 10 });
  const written = items.filter(({ action }) => action === 'sourceRefused');
  assert.deepEqual(
    written.map(({ by, facts }) => [by.from, facts]),
    Array(2).fill(['127.0.0.1', { because: 'trunkUnknown' }]),
  );
});

test('the first trunk whose network a source is in takes its recording session', async () => {
  const trunks = [trunk('far', { allow: ['192.0.2.1'] }), trunk('near', { allow: ['127.0.0.0/8'] }), trunk('any')];
  await using sip = await sipUnderTest({ trunks });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  assert.equal(statusOf(await new Source(peer, 'near').ask({ method: 'INVITE', sequence: 1 })), 200);
  assert.equal(sip.lines.find(({ event }) => event === 'recordingSessionStarted')?.facts['trunk'], 'near');
});

test('a source proves its secret with either algorithm, for each request in its dialog anew, and pings need none', async () => {
  await using sip = await sipUnderTest({ trunks: [withDigest('carrier', known)] });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  assert.equal(statusOf(await new Source(peer, 'ping').ask({ method: 'OPTIONS', sequence: 1 })), 200);
  for (const algorithm of ['SHA-256', 'MD5'] as const) {
    const source = new Source(peer, `proved${algorithm}`);
    const challenge = await source.ask({ method: 'INVITE', sequence: 1 });
    assert.equal(statusOf(challenge), 401);
    assert.deepEqual([...challengesIn(challenge).keys()], ['SHA-256', 'MD5']);
    const proof = (method: string, count: number) => authorization(challenge, known, { method, algorithm, count });
    const accepted = await source.ask({ method: 'INVITE', sequence: 2, proof: proof('INVITE', 1) });
    assert.equal(statusOf(accepted), 200);
    const toTag = toTagOf(accepted);
    for (const [place, method] of ['INFO', 'UPDATE', 'BYE'].entries()) {
      const bare = await source.ask({ method, sequence: 10 + place * 2, toTag });
      assert.equal(statusOf(bare), 401, method);
      const proved = await source.ask({ method, sequence: 11 + place * 2, toTag, proof: proof(method, 2 + place) });
      assert.equal(statusOf(proved), 200, method);
    }
  }
  await until('the end of both', async () => sip.server.dialogCount === 0);
  assert.deepEqual(refusalsIn(sip), []);
});

test('a wrong digest is challenged anew and written down', async () => {
  await using sip = await sipUnderTest({ trunks: [withDigest('carrier', known)] });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const source = new Source(peer, 'wrong');
  const challenge = await source.ask({ method: 'INVITE', sequence: 1 });
  const wrong = [
    authorization(challenge, { ...known, secret: 'guess' }, { method: 'INVITE' }),
    authorization(challenge, { ...known, username: 'guess' }, { method: 'INVITE' }),
    authorization(challenge, known, { method: 'BYE' }),
  ];
  for (const [place, proof] of wrong.entries()) {
    const again = await source.ask({ method: 'INVITE', sequence: 2 + place, proof });
    assert.equal(statusOf(again), 401);
    assert.equal(
      [...challengesIn(again).values()].some((text) => text.includes('stale')),
      false,
    );
  }
  assert.deepEqual(refusalsIn(sip), ['digestWrong']);
  assert.deepEqual(await sip.conversations(), []);
  assert.ok(!JSON.stringify(sip.lines).includes(known.username));
});

test('a digest is taken once; the same count of a nonce again is stale', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock, trunks: [withDigest('carrier', known)] });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const source = new Source(peer, 'stale');
  const challenge = await source.ask({ method: 'BYE', sequence: 1 });
  const proof = authorization(challenge, known, { method: 'BYE' });
  assert.equal(statusOf(await source.ask({ method: 'BYE', sequence: 2, proof })), 481);
  const replayed = await source.ask({ method: 'BYE', sequence: 3, proof });
  assert.equal(statusOf(replayed), 401);
  assert.match(challengesIn(replayed).get('MD5') ?? '', /stale=true/);
  clock.advance(sipEdgeLimits.nonceMs + 1);
  const late = authorization(challenge, known, { method: 'BYE', count: 2 });
  assert.match(
    challengesIn(await source.ask({ method: 'BYE', sequence: 4, proof: late })).get('MD5') ?? '',
    /stale=true/,
  );
});

test('trunks in one network are told apart by their user names', async () => {
  await using sip = await sipUnderTest({ trunks: [withDigest('one', known), withDigest('two', other)] });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  for (const [name, secret] of [
    ['two', other],
    ['one', known],
  ] as const) {
    const source = new Source(peer, `apart${name}`);
    const challenge = await source.ask({ method: 'INVITE', sequence: 1 });
    const proof = authorization(challenge, secret, { method: 'INVITE' });
    assert.equal(statusOf(await source.ask({ method: 'INVITE', sequence: 2, proof })), 200);
    assert.equal(sip.lines.findLast(({ event }) => event === 'recordingSessionStarted')?.facts['trunk'], name);
  }
});

test('a recording session is changed and ended over its own trunk alone', async () => {
  await using sip = await sipUnderTest({
    trunks: [trunk('near', { allow: ['127.0.0.1'] }), trunk('next', { allow: ['127.0.0.2'] })],
  });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const stranger = await udpPeer(sip.server.address, '127.0.0.2');
  await using _stranger = stranger;
  const accepted = await new Source(peer, 'own').ask({ method: 'INVITE', sequence: 1 });
  const bye = { method: 'BYE', sequence: 2, toTag: toTagOf(accepted) };
  assert.equal(statusOf(await new Source(stranger, 'own').ask(bye)), 403);
  assert.deepEqual([sip.server.dialogCount, refusalsIn(sip)], [1, ['trunkOther']]);
  assert.equal(statusOf(await new Source(peer, 'own').ask({ ...bye, sequence: 3 })), 200);
});

test('a source that asks by STUN how it is seen is told', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex'));
  await until('the answer', () => peer.hex.length >= 64);
  const port = (peer.port ^ 0x2112).toString(16).padStart(4, '0');
  assert.equal(peer.hex, `0101000c2112a442b7e7a701bc34d686fa87dfae002000080001${port}5e12a443`);
});

test('other trunks count for recording sessions that begin from then on; those that go on keep theirs', async () => {
  await using sip = await sipUnderTest({ trunks: [trunk('before', { allow: ['127.0.0.1'] })] });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const source = new Source(peer, 'goes-on');
  const accepted = await source.ask({ method: 'INVITE', sequence: 1 });
  assert.equal(statusOf(accepted), 200);
  sip.server.useTrunks([trunk('behind', { allow: ['192.0.2.1'] })]);
  assert.equal(statusOf(await new Source(peer, 'new').ask({ method: 'INVITE', sequence: 1 })), 403);
  const toTag = toTagOf(accepted);
  assert.equal(statusOf(await source.ask({ method: 'INFO', sequence: 2, toTag })), 200);
  const foreign = await udpPeer(sip.server.address, '127.0.0.2');
  await using _foreign = foreign;
  assert.equal(statusOf(await new Source(foreign, 'goes-on').ask({ method: 'BYE', sequence: 3, toTag })), 403);
  assert.equal(sip.server.dialogCount, 1);
  assert.equal(statusOf(await source.ask({ method: 'BYE', sequence: 4, toTag })), 200);
});
