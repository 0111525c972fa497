import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@tacet/testkit';
import { buildResponse, headerValue, type SipMessage, type SipRequest, serializeMessage } from '@tacet/wire/sip';
import { callBody, type RawPeer, requestBytes, toTagOf, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

const callId = 'timers@peer';

/** Places a call whose requests come to the peer; the 2xx is not acknowledged yet. */
async function place(sip: SipUnderTest, peer: RawPeer, headers: readonly string[] = []): Promise<string> {
  peer.send(
    requestBytes({
      method: 'INVITE',
      branch: 'z9hG4bKplace',
      callId,
      contactPort: peer.port,
      headers,
      ...callBody(someCall()),
    }),
  );
  await peer.next('100');
  const success = await peer.next('200');
  assert.equal(success.kind === 'response' ? success.status : 0, 200);
  assert.equal(sip.server.dialogCount, 1);
  return toTagOf(success);
}

async function acknowledge(peer: RawPeer, toTag: string): Promise<void> {
  peer.send(requestBytes({ method: 'ACK', callId, toTag }));
  await taken(peer);
}

/** Waits until everything that the peer has sent was taken: its messages are taken in order. */
async function taken(peer: RawPeer): Promise<void> {
  peer.send(requestBytes({ method: 'OPTIONS' }));
  assert.equal((await peer.next('OPTIONS')).cseq.method, 'OPTIONS');
}

function asRequest(message: SipMessage): SipRequest {
  assert.equal(message.kind, 'request');
  return message.kind === 'request' ? message : assert.fail();
}

function respond(peer: RawPeer, request: SipRequest, status: number, timer?: string): void {
  const headers = timer === undefined ? [] : [{ name: 'Session-Expires', value: timer }];
  peer.send(serializeMessage(buildResponse(request, status, { toTag: 'unused', headers })));
}

async function endsByBye(sip: SipUnderTest, peer: RawPeer): Promise<void> {
  const bye = asRequest(await peer.next('BYE'));
  assert.equal(bye.method, 'BYE');
  respond(peer, bye, 200);
  await until('the end of the recording', async () => (await sip.recording()).endedAt !== undefined);
  assert.equal(sip.server.dialogCount, 0);
}

test('a 2xx is sent again until its ACK comes, and not after', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const toTag = await place(sip, peer);
  for (const pauseMs of [500, 1_000, 2_000, 4_000, 4_000]) {
    clock.advance(pauseMs);
    const again = await peer.next(`200 after ${pauseMs} ms`);
    assert.equal(toTagOf(again), toTag);
  }
  await acknowledge(peer, toTag);
  clock.advance(30_000);
  peer.send(requestBytes({ method: 'BYE', callId, sequence: 2, toTag }));
  assert.equal((await peer.next()).cseq.method, 'BYE');
});

test('without an ACK the recording session is ended with BYE after 64 times T1', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  await place(sip, peer);
  clock.advance(32_000);
  await until('the BYE', () => peer.heard.at(-1)?.kind === 'request');
  while (peer.heard[peer.heard.length - 1] !== peer.upcoming) await peer.next();
  await endsByBye(sip, peer);
});

test('an INVITE that comes again makes one conversation and brings no second answer of its own', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const invite = { method: 'INVITE', branch: 'z9hG4bKplace', callId, ...callBody(someCall()) };
  const toTag = await place(sip, peer);
  peer.send(requestBytes(invite));
  peer.send(requestBytes(invite));
  await acknowledge(peer, toTag);
  peer.send(requestBytes({ method: 'BYE', callId, sequence: 2, toTag }));
  assert.equal((await peer.next()).cseq.method, 'BYE');
  assert.equal((await sip.conversations()).length, 1);
});

test('a recording session whose SRC does not refresh it is ended before its interval is over', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const src = sip.client('udp', { clock: new ManualClock() });
  await src.invite(someCall());
  // The ACK was sent before this, and so it has been taken when this is answered.
  assert.equal((await src.send('OPTIONS')).status, 200);
  clock.advance(1_000_000);
  assert.equal((await src.update()).status, 200);
  clock.advance(1_767_000);
  assert.equal(sip.server.dialogCount, 1);
  clock.advance(1_000);
  assert.equal(await src.ended, 'server');
  await until('the end of the recording', async () => (await sip.recording()).endedAt !== undefined);
  assert.equal(sip.lines.at(-1)?.facts['why'], 'expired');
});

test('an SRC of ours refreshes at half of the interval', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const own = new ManualClock();
  const src = sip.client('tcp', { clock: own });
  await src.invite(someCall());
  assert.equal((await src.send('OPTIONS')).status, 200);
  clock.advance(1_000_000);
  own.advance(900_000);
  const isRefreshed = (): boolean => (clock.nextTimerAt ?? 0) > clock.now() + 1_000_000;
  await until('the refresh', isRefreshed);
  clock.advance(1_000_000);
  assert.equal(sip.server.dialogCount, 1);
});

test('where the refresh is left to us we send UPDATE at half of the interval, and go on when it is answered', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const headers = ['Supported: timer', 'Session-Expires: 600;refresher=uas', 'Allow: INVITE, UPDATE, ACK, BYE'];
  await acknowledge(peer, await place(sip, peer, headers));
  for (let round = 0; round < 3; round += 1) {
    clock.advance(300_000);
    const update = asRequest(await peer.next('UPDATE'));
    assert.equal(update.method, 'UPDATE');
    assert.equal(headerValue(update, 'Session-Expires'), '600;refresher=uac');
    respond(peer, update, 200, '600;refresher=uac');
    await taken(peer);
  }
  clock.advance(300_000);
  const last = asRequest(await peer.next('UPDATE'));
  respond(peer, last, 481);
  await endsByBye(sip, peer);
  assert.equal(sip.lines.at(-1)?.facts['why'], 'refreshFailed');
});

test('a peer that does not take UPDATE is refreshed by an INVITE with our description, which is acknowledged', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const headers = ['Supported: timer', 'Session-Expires: 600;refresher=uas', 'Allow: INVITE, ACK, BYE'];
  const toTag = await place(sip, peer, headers);
  await acknowledge(peer, toTag);
  clock.advance(300_000);
  const invite = asRequest(await peer.next('INVITE'));
  assert.equal(invite.method, 'INVITE');
  assert.match(Buffer.from(invite.body).toString(), /a=recvonly/);
  peer.send(requestBytes({ method: 'INVITE', callId, sequence: 2, toTag, ...callBody(someCall()) }));
  await peer.next('100');
  const overlapping = await peer.next('491');
  assert.equal(overlapping.kind === 'response' ? overlapping.status : 0, 491);
  respond(peer, invite, 200, '600;refresher=uac');
  const ack = asRequest(await peer.next('ACK'));
  assert.deepEqual([ack.method, ack.cseq.number], ['ACK', invite.cseq.number]);
  peer.send(requestBytes({ method: 'BYE', callId, sequence: 3, toTag }));
  await until('the end', () => sip.server.dialogCount === 0);
});
