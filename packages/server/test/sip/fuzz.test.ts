import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '@tacet/testkit';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { callBody, type RawPeer, requestBytes, tcpPeer, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

const seed = 20_260_601;

/** What real peers send, each with a place to send answers to that is ours. */
function ownRequests(protocol: 'UDP' | 'TCP'): readonly Uint8Array[] {
  const via = `Via: SIP/2.0/${protocol} 127.0.0.1:9;branch=z9hG4bKfuzz;rport`;
  return ['INVITE', 'UPDATE', 'INFO', 'BYE', 'CANCEL', 'ACK', 'OPTIONS'].map((method) =>
    requestBytes({ method, via, callId: 'fuzz@peer', ...(method === 'INVITE' ? callBody(someCall()) : {}) }),
  );
}

/** Torture messages: their hosts are documentation addresses, which nothing is sent to. */
function torture(): readonly Uint8Array[] {
  return ['valid/', 'invalid/'].flatMap((name) => {
    const folder = new URL(`../../../wire/src/sip/corpus/${name}`, import.meta.url);
    return readdirSync(folder)
      .toSorted()
      .map((file) => readFileSync(new URL(file, folder)));
  });
}

async function stillAnswers(sip: SipUnderTest, peer: RawPeer): Promise<void> {
  const branch = 'z9hG4bKstillHere';
  const via = `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=${branch}`;
  peer.send(requestBytes({ method: 'OPTIONS', via, callId: 'still@here' }));
  await until('the answer', () => peer.heard.some((m) => m.callId === 'still@here'));
  const answer = peer.heard.find((m) => m.callId === 'still@here');
  assert.equal(answer?.kind === 'response' ? answer.status : 0, 200);
  assert.deepEqual(sip.reports, []);
}

test('a thousand damaged datagrams leave the listener alive, without a defect, and answering', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  let sent = 0;
  for (const bytes of fuzzInputs(seed, [...ownRequests('UDP'), ...torture()], 1_000, 'SIP over UDP')) {
    if (bytes.length > 65_000) continue;
    peer.send(bytes);
    sent += 1;
    if (sent % 10 !== 0) continue;
    // The kernel drops what a busy server cannot take; a turn now and then lets it read, and its timers run.
    await turn();
    clock.advance(100);
  }
  await stillAnswers(sip, peer);
  assert.ok(sip.server.counts.malformed > 100 && sip.server.counts.dropped > 100);
});

test('a thousand damaged messages on connections leave the listener alive, without a defect, and answering', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const probe = await udpPeer(sip.server.address);
  await using _probe = probe;
  for (const bytes of fuzzInputs(seed + 1, [...ownRequests('TCP'), ...torture()], 1_000, 'SIP over TCP')) {
    const peer = await tcpPeer(sip.server.address);
    peer.send(bytes);
    await peer[Symbol.asyncDispose]();
    clock.advance(10);
  }
  await stillAnswers(sip, probe);
  assert.ok(sip.server.counts.malformed > 100 && sip.server.counts.dropped > 100);
});
