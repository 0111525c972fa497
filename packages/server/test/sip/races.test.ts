import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerValue, type SipMessage } from '@tacet/wire/sip';
import { HeldStore } from './held-store.ts';
import { callBody, requestBytes, toTagOf, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { sipUnderTest, until } from './sip-under-test.ts';

const invite = { method: 'INVITE', branch: 'z9hG4bKrace', callId: 'race@peer', ...callBody(someCall()) };

function statuses(heard: readonly SipMessage[]): readonly string[] {
  return heard.map((m) => (m.kind === 'response' ? `${m.status} ${m.cseq.method}` : m.method));
}

test('an INVITE that is cancelled while it is started gets 487, and what was started is ended', async () => {
  const held = new HeldStore();
  await using sip = await sipUnderTest({ wrapStore: (store) => held.wrap(store) });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  held.hold();
  peer.send(requestBytes(invite));
  await until('the commit', () => held.waiting === 1);
  peer.send(requestBytes({ method: 'CANCEL', branch: invite.branch, callId: invite.callId }));
  await until('three answers', () => peer.heard.length === 3);
  assert.deepEqual(statuses(peer.heard), ['100 INVITE', '200 CANCEL', '487 INVITE']);
  peer.send(requestBytes({ method: 'ACK', branch: invite.branch, callId: invite.callId }));
  held.release();
  await until('the end of the recording', async () => {
    const [conversation] = await sip.conversations();
    return conversation !== undefined && (await sip.recording()).endedAt !== undefined;
  });
  assert.equal(sip.server.dialogCount, 0);
  assert.deepEqual(statuses(peer.heard).slice(3), []);
  assert.deepEqual(sip.reports, []);
});

test('an INVITE that comes again while it is started is told to wait, and answered once', async () => {
  const held = new HeldStore();
  await using sip = await sipUnderTest({ wrapStore: (store) => held.wrap(store) });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  held.hold();
  for (let n = 0; n < 3; n += 1) peer.send(requestBytes(invite));
  await until('what it is told', () => peer.heard.length === 3);
  held.release();
  await until('the answer', () => peer.heard.length === 4);
  assert.deepEqual(statuses(peer.heard), ['100 INVITE', '100 INVITE', '100 INVITE', '200 INVITE']);
  assert.equal((await sip.conversations()).length, 1);
  const toTag = toTagOf(peer.heard[3] ?? assert.fail());
  peer.send(requestBytes({ method: 'BYE', callId: invite.callId, sequence: 2, toTag }));
  await until('the end', () => sip.server.dialogCount === 0);
});

test('a CANCEL that comes after the answer changes nothing', async () => {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(requestBytes(invite));
  await until('the answer', () => peer.heard.length === 2);
  peer.send(requestBytes({ method: 'CANCEL', branch: invite.branch, callId: invite.callId }));
  await until('the answer to CANCEL', () => peer.heard.length === 3);
  assert.deepEqual(statuses(peer.heard), ['100 INVITE', '200 INVITE', '200 CANCEL']);
  assert.equal(sip.server.dialogCount, 1);
  const toTag = toTagOf(peer.heard[1] ?? assert.fail());
  peer.send(requestBytes({ method: 'BYE', callId: invite.callId, sequence: 2, toTag }));
  await until('the end', () => sip.server.dialogCount === 0);
});

test('a change that overlaps with another is refused with 500 and a time to try again; BYE ends both', async () => {
  const held = new HeldStore();
  await using sip = await sipUnderTest({ wrapStore: (store) => held.wrap(store) });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(requestBytes(invite));
  await until('the answer', () => peer.heard.length === 2);
  const inside = { callId: invite.callId, toTag: toTagOf(peer.heard[1] ?? assert.fail()) };
  peer.send(requestBytes({ method: 'ACK', ...inside }));
  held.hold();
  const changed = callBody(someCall({ participants: [] }));
  peer.send(requestBytes({ method: 'INVITE', sequence: 2, ...inside, ...changed }));
  await until('the commits of ACK and INVITE', () => held.waiting === 2);
  peer.send(requestBytes({ method: 'UPDATE', sequence: 3, ...inside, ...changed }));
  await until('the refusal', () => peer.heard.length === 4);
  const refused = peer.heard.at(-1) ?? assert.fail();
  assert.deepEqual(statuses([refused]), ['500 UPDATE']);
  assert.equal(headerValue(refused, 'Retry-After'), '2');
  peer.send(requestBytes({ method: 'BYE', sequence: 4, ...inside }));
  await until('the commit of BYE', () => held.waiting === 3);
  held.release();
  await until('the answers to BYE and INVITE', () => peer.heard.length === 6);
  assert.deepEqual([...statuses(peer.heard.slice(4))].sort(), ['200 BYE', '487 INVITE']);
  await until('the end of the recording', async () => (await sip.recording()).endedAt !== undefined);
  assert.deepEqual(sip.reports, []);
});

test('an INVITE that is being started when the server stops is refused with 503 and ended', async () => {
  const held = new HeldStore();
  await using sip = await sipUnderTest({ wrapStore: (store) => held.wrap(store) });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  held.hold();
  peer.send(requestBytes(invite));
  await until('the commit', () => held.waiting === 1);
  const stopped = sip.server.stop();
  peer.send(requestBytes({ ...invite, branch: 'z9hG4bKlate', callId: 'late@peer' }));
  await until('the refusal', () => statuses(peer.heard).includes('503 INVITE'));
  held.release();
  await stopped;
  await until('both refusals', () => statuses(peer.heard).filter((s) => s === '503 INVITE').length === 2);
  assert.notEqual((await sip.recording()).endedAt, undefined);
});
