import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Fault, type MetadataStore } from '@tacet/domain';
import { headerValue, headerValues, type SipMessage } from '@tacet/wire/sip';
import { metadataOf, multipartOf, offerOf } from '../../src/demo/call-body.ts';
import { callBody, requestBytes, toTagOf, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { sipUnderTest, until } from './sip-under-test.ts';

const origin = { address: '127.0.0.1', sessionId: '1', version: 1 };

function statusOf(message: SipMessage): number {
  assert.equal(message.kind, 'response');
  return message.kind === 'response' ? message.status : 0;
}

test('an INVITE without metadata is refused with a warning that says what is missing', async () => {
  await using sip = await sipUnderTest();
  const response = await sip.client('udp').inviteWith({ body: offerOf(someCall(), origin) });
  assert.equal(response.status, 400);
  assert.match(headerValue(response, 'Warning') ?? '', /^399 tacet ".*metadata is missing.*"$/);
  assert.deepEqual(await sip.conversations(), []);
});

test('an INVITE with metadata and no offer is refused with 488', async () => {
  await using sip = await sipUnderTest();
  const response = await sip.client('udp').inviteWith({ body: metadataOf(someCall()) });
  assert.equal(response.status, 488);
});

test('an offer without a stream that we can record is refused with 488 and a warning', async () => {
  await using sip = await sipUnderTest();
  const call = someCall();
  const text = Buffer.from(offerOf(call, origin).bytes).toString().replaceAll('RTP/AVP', 'UDP/TLS/RTP/SAVP');
  const offer = { type: 'application/sdp', bytes: Buffer.from(text) };
  const response = await sip.client('udp').inviteWith({ body: multipartOf(offer, metadataOf(call)) });
  assert.equal(response.status, 488);
  assert.match(headerValue(response, 'Warning') ?? '', /^305 tacet "/);
});

test('bodies that cannot be taken apart or read are refused with 400 and say which part it is', async () => {
  await using sip = await sipUnderTest();
  const noBoundary = { type: 'multipart/mixed;boundary=none', bytes: Buffer.from('hello') };
  const noSdp = multipartOf({ type: 'application/sdp', bytes: Buffer.from('hello') }, metadataOf(someCall()));
  for (const [body, part] of [
    [noBoundary, 'multipart'],
    [noSdp, 'SDP'],
  ] as const) {
    const response = await sip.client('udp').inviteWith({ body });
    assert.equal(response.status, 400);
    assert.ok(headerValue(response, 'Warning')?.includes(part), part);
  }
});

test('metadata that grows by entities is not expanded: the call is recorded with labels only', async () => {
  await using sip = await sipUnderTest();
  const laughs = readFileSync(new URL('../../../wire/src/siprec/corpus/laughs.xml', import.meta.url));
  const metadata = { type: 'application/rs-metadata+xml', bytes: laughs };
  const response = await sip.client('udp').inviteWith({ body: multipartOf(offerOf(someCall(), origin), metadata) });
  assert.equal(response.status, 200);
  assert.match(
    String(sip.lines.find(({ event }) => event === 'metadataUnreadable')?.facts['metadataFault']),
    /doctype/,
  );
});

test('a body of a type or an encoding that we do not read is refused with 415 and what we read', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(requestBytes({ method: 'INVITE', contentType: 'text/plain', body: 'hello' }));
  const other = await peer.next();
  assert.equal(statusOf(other), 415);
  assert.ok(headerValues(other, 'Accept').includes('multipart/mixed'));
  peer.send(requestBytes({ method: 'INVITE', headers: ['Content-Encoding: gzip'], ...callBody(someCall()) }));
  const packed = await peer.next();
  assert.equal(statusOf(packed), 415);
  assert.equal(headerValue(packed, 'Accept-Encoding'), 'identity');
});

test('when no port is left an INVITE is refused with 503 and a time to try again, and nothing stays behind', async () => {
  await using sip = await sipUnderTest({ ports: 1 });
  const response = await sip.client('udp').inviteWith({
    body: multipartOf(offerOf(someCall(), origin), metadataOf(someCall())),
  });
  assert.equal(response.status, 503);
  assert.equal(headerValue(response, 'Retry-After'), '10');
  assert.deepEqual(
    sip.alarms.map(({ what }) => what),
    ['portsExhausted'],
  );
  const [caller] = someCall().streams;
  assert.ok(caller !== undefined);
  await sip.client('udp').invite(someCall({ streams: [caller] }));
});

test('an INVITE that cannot be written down is refused with 503', async () => {
  const failing = (store: MetadataStore): MetadataStore =>
    new Proxy(store, {
      get: (target, name) =>
        name === 'commit'
          ? () => Promise.reject(new Fault('storageUnavailable'))
          : Reflect.get(target, name, target).bind(target),
    });
  await using sip = await sipUnderTest({ wrapStore: failing });
  const body = multipartOf(offerOf(someCall(), origin), metadataOf(someCall()));
  const response = await sip.client('udp').inviteWith({ body });
  assert.equal(response.status, 503);
  assert.equal(sip.server.dialogCount, 0);
});

test('a change that finds no port is refused with 503, and the recording session goes on as it was', async () => {
  await using sip = await sipUnderTest({ ports: 2 });
  const src = sip.client('udp');
  await src.invite(someCall());
  const more = someCall({ streams: [...someCall().streams, { label: 'third', from: [], port: 40_004 }] });
  const body = multipartOf(offerOf(more, origin), metadataOf(more));
  assert.equal((await src.reinviteWith({ body })).status, 503);
  await src.reinvite(someCall());
  assert.deepEqual(
    (await sip.recording()).streams.map(({ endedAt }) => endedAt),
    [undefined, undefined],
  );
});

test('a method that we do not take is refused with 405 and those we do', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(requestBytes({ method: 'SUBSCRIBE' }));
  const answer = await peer.next();
  assert.equal(statusOf(answer), 405);
  assert.deepEqual(headerValues(answer, 'Allow'), ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'UPDATE', 'INFO']);
});

test('what we must support and do not is named in a 420', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(requestBytes({ method: 'OPTIONS', headers: ['Require: siprec, 100rel, Timer, gruu'] }));
  const answer = await peer.next();
  assert.equal(statusOf(answer), 420);
  assert.deepEqual(headerValues(answer, 'Unsupported'), ['100rel', 'gruu']);
});

test('a URI of another scheme is refused with 416', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(requestBytes({ method: 'OPTIONS', uri: 'tel:+15550100' }));
  assert.equal(statusOf(await peer.next()), 416);
});

test('a request inside a dialog that we do not know is answered 481', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  for (const method of ['BYE', 'INVITE', 'UPDATE', 'INFO', 'CANCEL']) {
    peer.send(requestBytes({ method, toTag: 'gone' }));
    assert.equal(statusOf(await peer.next(method)), 481, method);
  }
});

test('the same INVITE by another path is refused with 482, before and after it was answered', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const invite = { method: 'INVITE', callId: 'merged@peer', ...callBody(someCall()) };
  peer.send(requestBytes({ ...invite, branch: 'z9hG4bKone' }));
  peer.send(requestBytes({ ...invite, branch: 'z9hG4bKtwo' }));
  await until('both answers', () => peer.heard.filter((m) => statusOf(m) >= 200).length === 2);
  assert.deepEqual(peer.heard.map(statusOf).toSorted(), [100, 200, 482]);
  peer.send(requestBytes({ ...invite, branch: 'z9hG4bKthree' }));
  await until('the third answer', () => peer.heard.filter((m) => statusOf(m) === 482).length === 2);
  assert.equal((await sip.conversations()).length, 1);
  const toTag = toTagOf(peer.heard.find((m) => statusOf(m) === 200) ?? assert.fail());
  peer.send(requestBytes({ method: 'BYE', callId: 'merged@peer', sequence: 2, toTag }));
  await until('the end', () => sip.server.dialogCount === 0);
});

test('a request with a number that is not higher than the last is answered 500', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(requestBytes({ method: 'INVITE', callId: 'order@peer', sequence: 5, ...callBody(someCall()) }));
  await peer.next();
  const accepted = await peer.next();
  const toTag = toTagOf(accepted);
  peer.send(requestBytes({ method: 'INFO', callId: 'order@peer', sequence: 5, toTag }));
  assert.equal(statusOf(await peer.next()), 500);
  peer.send(requestBytes({ method: 'BYE', callId: 'order@peer', sequence: 6, toTag }));
  assert.equal(statusOf(await peer.next()), 200);
});

test('a session interval that is too short is refused with 422 and the shortest we take', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp', { sessionSeconds: 60 });
  const response = await src.inviteWith({
    body: multipartOf(offerOf(someCall(), origin), metadataOf(someCall())),
  });
  assert.equal(response.status, 422);
  assert.equal(headerValue(response, 'Min-SE'), '90');
});

test('with too many requests under way further ones get 503, and ACKs get nothing', async () => {
  await using sip = await sipUnderTest({ transactionsMax: 2 });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  for (let n = 0; n < 3; n += 1) peer.send(requestBytes({ method: 'OPTIONS' }));
  const statuses = [statusOf(await peer.next()), statusOf(await peer.next()), statusOf(await peer.next())];
  assert.deepEqual(statuses, [200, 200, 503]);
  assert.equal(headerValue(peer.heard.at(-1) ?? assert.fail(), 'Retry-After'), '10');
  assert.equal(sip.server.counts.overloads, 1);
  peer.send(requestBytes({ method: 'ACK' }));
  await until('the ACK', () => sip.server.counts.strayAcks === 1);
  assert.equal(peer.heard.length, 3);
});

test('an INVITE without a Contact to reach it by is refused with 400 before anything is started', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const bytes = Buffer.from(requestBytes({ method: 'INVITE', ...callBody(someCall()) })).toString();
  peer.send(bytes.replace('Contact: <sip:src@127.0.0.1:9>\r\n', ''));
  await peer.next();
  assert.equal(statusOf(await peer.next()), 400);
  assert.deepEqual(await sip.conversations(), []);
});

test('a request with no hops left is answered, for it has come to where it goes', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(requestBytes({ method: 'OPTIONS', headers: ['Max-Forwards: 0'] }));
  const answer = await peer.next();
  assert.equal(statusOf(answer), 200);
  assert.ok(headerValues(answer, 'Accept').includes('application/rs-metadata+xml'));
  assert.ok(headerValues(answer, 'Supported').includes('siprec'));
});
