import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { defaultTrunk } from '@tacet/domain';
import { TestAuthority } from '@tacet/testkit/certificates';
import { buildResponse, headerValue, StreamFramer, serializeMessage } from '@tacet/wire/sip';
import { metadataOf, multipartOf, offerOf } from '../../src/demo/call-body.ts';
import { sipEdgeLimits } from '../../src/sip/limits.ts';
import { certificateNames, type SipTlsOptions, type TlsClients } from '../../src/sip/tls-carrier.ts';
import { callBody, type RawPeer, requestBytes, tlsPeer, toTagOf, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

const origin = { address: '127.0.0.1', sessionId: '1', version: 1 };
const listen = { host: '127.0.0.1', port: 0 };
const authority = new TestAuthority();
process.on('exit', () => authority[Symbol.dispose]());
const own = authority.credentials(authority.issue('recorder.example', ['DNS:recorder.example', 'IP:127.0.0.1']));
const sbc = authority.credentials(authority.issue('sbc.example', ['DNS:sbc.example']));
const stranger = authority.credentials(authority.selfSigned('sbc.example'));

function tlsWith(clients: TlsClients): SipTlsOptions {
  return { listen, clients, credentials: own };
}

/** An SRC that speaks TLS, with a certificate of its own. */
const sbcTls: SipTlsOptions = { listen, clients: 'off', credentials: sbc };

function options(n: number): Uint8Array {
  return requestBytes({ method: 'OPTIONS', via: `Via: SIP/2.0/TLS peer.invalid;branch=z9hG4bKtls${n}` });
}

async function answersOver(sip: SipUnderTest, credentials: typeof sbc | undefined): Promise<boolean> {
  const at = { host: '127.0.0.1', port: sip.server.tlsPort };
  const shown = credentials === undefined ? {} : { cert: credentials.certificate, key: credentials.key };
  const peer = await tlsPeer(at, { ca: own.authorities, ...shown }).catch(() => undefined);
  if (peer === undefined) return false;
  await using _peer = peer;
  peer.send(options(1));
  await until('an answer or the end', () => peer.upcoming !== undefined || peer.isClosed);
  return peer.upcoming !== undefined;
}

test('a recording session over TLS begins, changes and ends, and the server names itself with transport=tls', async () => {
  await using sip = await sipUnderTest({ tls: tlsWith('off') });
  const src = sip.client('tls', { tls: sbcTls });
  const accepted = await src.inviteWith({ body: multipartOf(offerOf(someCall(), origin), metadataOf(someCall())) });
  assert.equal(accepted.status, 200);
  assert.match(
    headerValue(accepted, 'Contact') ?? '',
    new RegExp(`<sip:127.0.0.1:${sip.server.tlsPort};transport=tls>`),
  );
  await src.reinvite(someCall());
  await src.bye();
  await until('the end', async () => (await sip.recording()).endedAt !== undefined);
  assert.equal(sip.lines.find(({ event }) => event === 'recordingSessionStarted')?.facts['protocol'], 'TLS');
});

test('a request to a SIPS address is answered with a SIPS contact', async () => {
  await using sip = await sipUnderTest({ tls: tlsWith('off') });
  const peer = await tlsPeer({ host: '127.0.0.1', port: sip.server.tlsPort }, { ca: own.authorities });
  await using _peer = peer;
  const via = 'Via: SIP/2.0/TLS peer.invalid;branch=z9hG4bKsips';
  peer.send(requestBytes({ method: 'INVITE', via, uri: 'sips:recorder@recorder.example', ...callBody(someCall()) }));
  await until('the answer', () => peer.heard.some((one) => one.kind === 'response' && one.status === 200));
  const answer = peer.heard.find((one) => one.kind === 'response' && one.status === 200);
  assert.ok(answer !== undefined);
  assert.match(headerValue(answer, 'Contact') ?? '', new RegExp(`<sips:127.0.0.1:${sip.server.tlsPort}>`));
});

/** Begins a recording session over a raw connection. */
async function begin(peer: RawPeer, callId: string, contactPort: number, transport: string): Promise<void> {
  const via = (of: string): string => `Via: SIP/2.0/TLS peer.invalid;branch=z9hG4bK${of}${callId}`;
  const contact = `Contact: <sip:src@127.0.0.1:${contactPort}${transport}>`;
  const invite = requestBytes({ method: 'INVITE', via: via('i'), callId, ...callBody(someCall()) });
  peer.send(invite.toString().replace(/Contact: .*/, contact));
  const isOk = (one: RawPeer['heard'][number]): boolean => one.kind === 'response' && one.status === 200;
  await until('the answer', () => peer.heard.some(isOk));
  const ok = peer.heard.find(isOk);
  assert.ok(ok !== undefined);
  peer.send(requestBytes({ method: 'ACK', via: via('a'), callId, toTag: toTagOf(ok) }));
}

test('a BYE of ours goes on the connection that the peer made', async () => {
  await using sip = await sipUnderTest({ tls: tlsWith('off') });
  const src = sip.client('tls', { tls: sbcTls });
  await src.invite(someCall());
  await sip.server.stop();
  assert.equal(await src.ended, 'server');
});

for (const [clients, isReached] of [
  ['required', true],
  ['off', false],
] as const) {
  const rule = isReached
    ? 'when the connection is gone, the peer is reached over a new one on which it proves its name again'
    : 'when the connection is gone, nobody is believed to be the peer who proves neither its name nor its host';
  test(rule, async () => {
    await using sip = await sipUnderTest({ tls: tlsWith(clients) });
    const framer = new StreamFramer();
    const methods: string[] = [];
    const { certificate: cert, key } = sbc;
    const door = createServer({ cert, key }, (socket) => {
      socket
        .on('error', () => undefined)
        .on('data', (bytes) => {
          for (const event of framer.feed(bytes)) {
            if (event.kind !== 'message' || event.message.kind !== 'request') continue;
            methods.push(event.message.method);
            socket.write(serializeMessage(buildResponse(event.message, 200, { toTag: 'x' })));
          }
        });
    });
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const { port } = door.address() as { port: number };
    const peer = await tlsPeer({ host: '127.0.0.1', port: sip.server.tlsPort }, { ca: own.authorities, cert, key });
    await begin(peer, 'gone', port, ';transport=tls');
    await peer[Symbol.asyncDispose]();
    await until('the loss of the connection', () => peer.isClosed);
    await sip.server.stop();
    door.close();
    assert.deepEqual(methods, isReached ? ['BYE'] : []);
    assert.equal(
      sip.lines.some(({ event }) => event === 'byeUnanswered'),
      !isReached,
    );
  });
}

test('a recording session that came over TLS goes on over nothing less', async () => {
  await using sip = await sipUnderTest({ tls: tlsWith('off') });
  const plain = await udpPeer(sip.server.address);
  await using _plain = plain;
  const peer = await tlsPeer({ host: '127.0.0.1', port: sip.server.tlsPort }, { ca: own.authorities });
  await begin(peer, 'less', plain.port, '');
  await peer[Symbol.asyncDispose]();
  await until('the loss of the connection', () => peer.isClosed);
  await sip.server.stop();
  assert.deepEqual(plain.heard, []);
  assert.ok(sip.lines.some(({ event }) => event === 'byeUnanswered'));
});

test('without mutual TLS anybody is answered; with it only whom the authority vouches for', async () => {
  const expected = {
    off: { none: true, sbc: true, stranger: true },
    optional: { none: true, sbc: true, stranger: true },
    required: { none: false, sbc: true, stranger: false },
  };
  for (const clients of ['off', 'optional', 'required'] as const) {
    await using sip = await sipUnderTest({ tls: tlsWith(clients) });
    const found = {
      none: await answersOver(sip, undefined),
      sbc: await answersOver(sip, sbc),
      stranger: await answersOver(sip, stranger),
    };
    assert.deepEqual(found, expected[clients], clients);
  }
});

test('a trunk with a certificate name takes nobody who has not proved that name', async () => {
  const trunks = [{ ...defaultTrunk, name: 'carrier', clientName: 'SBC.example' }];
  await using sip = await sipUnderTest({ tls: tlsWith('optional'), trunks });
  const other = authority.credentials(authority.issue('other.example', ['DNS:other.example']));
  const statuses = [];
  for (const credentials of [sbc, other, stranger, undefined]) {
    const shown = credentials === undefined ? {} : { cert: credentials.certificate, key: credentials.key };
    const peer = await tlsPeer({ host: '127.0.0.1', port: sip.server.tlsPort }, { ca: own.authorities, ...shown });
    await using _peer = peer;
    peer.send(options(2));
    const answer = await peer.next();
    statuses.push(answer.kind === 'response' ? answer.status : 0);
  }
  assert.deepEqual(statuses, [200, 403, 403, 403]);
});

test('new certificates are used by new handshakes, and a connection that stands is not touched', async () => {
  await using sip = await sipUnderTest({ tls: tlsWith('off') });
  const at = { host: '127.0.0.1', port: sip.server.tlsPort };
  const before = await tlsPeer(at, { ca: own.authorities });
  await using _before = before;
  const renewed = authority.credentials(authority.issue('renewed.example', ['DNS:renewed.example', 'IP:127.0.0.1']));
  sip.server.renewTls(renewed);
  const after = await tlsPeer(at, { ca: own.authorities });
  await using _after = after;
  assert.deepEqual(
    [before, after].map((peer) => peer.certificateName),
    ['recorder.example', 'renewed.example'],
  );
  before.send(options(3));
  await before.next();
});

test('TLS older than 1.2 is not spoken', async () => {
  await using sip = await sipUnderTest({ tls: tlsWith('off') });
  const at = { host: '127.0.0.1', port: sip.server.tlsPort };
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const socket: TLSSocket = connect({ ...at, ca: own.authorities, ...old });
  await assert.rejects(once(socket, 'secureConnect'));
  await until('the count', () => sip.server.counts.handshakesFailed === 1);
});

test('connections that never finish their handshake are bounded in number, and those that stand or come later are served', async () => {
  await using sip = await sipUnderTest({ tls: tlsWith('off') });
  const at = { host: '127.0.0.1', port: sip.server.tlsPort };
  const standing = await tlsPeer(at, { ca: own.authorities });
  await using _standing = standing;
  const silent: Socket[] = [];
  let cut = 0;
  for (let n = 0; n < sipEdgeLimits.handshakesMax + 3; n += 1) {
    const socket = connectPlain(at);
    socket.on('error', () => undefined).on('close', () => (cut += 1));
    await once(socket, 'connect');
    silent.push(socket);
  }
  await until('those beyond the bound to be cut', () => cut === 3);
  standing.send(options(4));
  await standing.next();
  for (const socket of silent) socket.destroy();
  await until('the end of all', () => sip.server.counts.handshakesFailed === sipEdgeLimits.handshakesMax + 3);
  assert.equal(await answersOver(sip, undefined), true);
});

test('a handshake that takes too long is cut', async () => {
  await using sip = await sipUnderTest({ tls: tlsWith('off') });
  const socket = connectPlain({ host: '127.0.0.1', port: sip.server.tlsPort });
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
  assert.equal(sip.server.counts.handshakesFailed, 1);
});

test('names of a certificate are its SIP and DNS alternatives, and its common name only without these', () => {
  const subject = { CN: 'Common.example' } as never;
  assert.deepEqual(
    certificateNames({ subject, subjectaltname: 'DNS:A.example, URI:sip:b.example, IP Address:192.0.2.1' }),
    ['a.example', 'b.example'],
  );
  assert.deepEqual(certificateNames({ subject, subjectaltname: 'URI:sip:user@b.example, DNS:"odd, DNS:c.example"' }), [
    'common.example',
  ]);
  assert.deepEqual(certificateNames({}), []);
});
