import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@tacet/testkit';
import { headerValue } from '@tacet/wire/sip';
import { sipEdgeLimits } from '../../src/sip/limits.ts';
import { requestBytes, tcpPeer, udpPeer } from './raw-peer.ts';
import { sipUnderTest, until } from './sip-under-test.ts';

test('an answer goes to the source with rport, and to the named port of the source without', async () => {
  await using sip = await sipUnderTest();
  const asking = await udpPeer(sip.server.address);
  await using _asking = asking;
  const other = await udpPeer(sip.server.address);
  await using _other = other;
  asking.send(requestBytes({ method: 'OPTIONS' }));
  const answer = await asking.next();
  assert.match(headerValue(answer, 'Via') ?? '', /received=127\.0\.0\.1/);
  assert.match(headerValue(answer, 'Via') ?? '', new RegExp(`rport=${asking.port}`));
  const via = `Via: SIP/2.0/UDP peer.invalid:${other.port};branch=z9hG4bKplain`;
  asking.send(requestBytes({ method: 'OPTIONS', via }));
  assert.match(headerValue(await other.next(), 'Via') ?? '', /received=127\.0\.0\.1/);
});

test('a message that cannot be read is answered 400 where that is possible, and otherwise dropped and counted', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send('hello\r\n\r\n');
  peer.send('\r\n\r\n');
  peer.send(
    Buffer.from(requestBytes({ method: 'OPTIONS' }))
      .toString()
      .replace('1 OPTIONS', '1 INVITE'),
  );
  const answer = await peer.next();
  assert.equal(answer.kind === 'response' ? answer.status : 0, 400);
  assert.deepEqual([sip.server.counts.malformed, sip.server.counts.dropped], [1, 2]);
});

test('two line breaks on a connection are answered with one', async () => {
  await using sip = await sipUnderTest();
  const peer = await tcpPeer(sip.server.address);
  await using _peer = peer;
  peer.send('\r\n\r\n');
  await until('the pong', () => peer.text === '\r\n');
});

test('requests in one piece and in many are answered in order on their connection', async () => {
  await using sip = await sipUnderTest();
  const peer = await tcpPeer(sip.server.address);
  await using _peer = peer;
  const via = (n: number): string => `Via: SIP/2.0/TCP peer.invalid;branch=z9hG4bKstream${n}`;
  const requests = [1, 2, 3].map((n) => requestBytes({ method: 'OPTIONS', via: via(n), callId: `n${n}@peer` }));
  const all = Buffer.concat(requests);
  peer.send(all.subarray(0, 10));
  peer.send(all.subarray(10, all.length - 7));
  peer.send(all.subarray(all.length - 7));
  for (const n of [1, 2, 3]) assert.equal((await peer.next()).callId, `n${n}@peer`);
});

test('a connection on which the end of a message cannot be found is answered and closed', async () => {
  await using sip = await sipUnderTest();
  const peer = await tcpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(
    Buffer.from(requestBytes({ method: 'OPTIONS' }))
      .toString()
      .replace(/Content-Length: 0\r\n/, ''),
  );
  const answer = await peer.next();
  assert.equal(answer.kind === 'response' ? answer.reason : '', 'Content-Length Required: Content-Length');
  await until('the close', () => peer.isClosed);
});

test('a connection that brings no whole message is cut, one that did may be silent longer', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const silent = await tcpPeer(sip.server.address);
  await using _silent = silent;
  const slow = await tcpPeer(sip.server.address);
  await using _slow = slow;
  const speaking = await tcpPeer(sip.server.address);
  await using _speaking = speaking;
  const via = 'Via: SIP/2.0/TCP peer.invalid;branch=z9hG4bKspeaking';
  slow.send('OPTIONS sip:');
  speaking.send(requestBytes({ method: 'OPTIONS', via }));
  await speaking.next();
  clock.advance(sipEdgeLimits.firstMessageMs);
  await until('the cut', () => silent.isClosed && slow.isClosed);
  assert.equal(speaking.isClosed, false);
  assert.equal(sip.server.counts.connectionsCut, 2);
  clock.advance(sipEdgeLimits.idleMs);
  await until('the end of patience', () => speaking.isClosed);
});

test('a connection beyond the most we take is closed, and those that stand go on', async () => {
  await using sip = await sipUnderTest();
  await using stack = new AsyncDisposableStack();
  const first = stack.use(await tcpPeer(sip.server.address));
  for (let n = 1; n < sipEdgeLimits.connectionsMax; n += 1) stack.use(await tcpPeer(sip.server.address));
  const last = stack.use(await tcpPeer(sip.server.address));
  await until('the close', () => last.isClosed);
  first.send(requestBytes({ method: 'OPTIONS', via: 'Via: SIP/2.0/TCP peer.invalid;branch=z9hG4bKfirst' }));
  await first.next();
});
