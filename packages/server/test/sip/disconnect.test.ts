/** A conversation that is ended by request ends the recording session from our side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInRight, type ClientId, type ConversationId, type RequestId } from '@tacet/domain';
import { ManualClock } from '@tacet/testkit';
import { buildResponse, serializeMessage } from '@tacet/wire/sip';
import { disconnectConversation } from '../../src/control/index.ts';
import { callBody, requestBytes, toTagOf, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

async function end(sip: SipUnderTest): Promise<void> {
  const [conversation] = await sip.conversations();
  const conversationId = conversation?.id ?? ('' as ConversationId);
  const clientId = 'a client' as ClientId;
  await disconnectConversation(sip.context, {
    actor: { clientId, name: 'CRM', rights: [builtInRight('admin', '*')] },
    asked: { clientId, name: 'CRM', from: '', door: 'DELETE', requestId: 'request' as RequestId },
    conversationId,
    permissions: ['conversation:communication:disconnect'],
  });
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`the source over ${transport} is sent BYE, after its recording is stored`, async () => {
    await using sip = await sipUnderTest();
    const src = sip.client(transport);
    await src.invite(someCall());
    await end(sip);
    assert.equal((await sip.recording()).fileState, 'AVAILABLE');
    assert.equal(await src.ended, 'server');
    assert.equal(sip.server.dialogCount, 0);
    const isTold = (): boolean =>
      sip.lines.some(({ event, facts }) => event === 'recordingSessionEnded' && facts['why'] === 'disconnected');
    await until('the line of the log', isTold);
    assert.deepEqual(sip.reports, []);
  });
}

test('a recording session whose answer is not acknowledged yet is sent BYE after its ACK', async () => {
  // The clock stands still, so that the answer is not sent again.
  await using sip = await sipUnderTest({ clock: new ManualClock() });
  await using peer = await udpPeer(sip.server.address);
  const callId = 'unacknowledged@peer';
  const contactPort = peer.port;
  peer.send(requestBytes({ method: 'INVITE', branch: 'z9hG4bKend', callId, contactPort, ...callBody(someCall()) }));
  await until('the answer', () => peer.heard.length === 2);
  await end(sip);
  assert.equal((await sip.recording()).fileState, 'AVAILABLE');
  // Whatever was to come before the answer to this would have come before it.
  peer.send(requestBytes({ method: 'OPTIONS' }));
  await until('what comes next', () => peer.heard.length === 3);
  const next = peer.heard[2];
  assert.equal(next?.kind, 'response', 'nobody says BYE to one who may not know yet that there is a dialog');
  const inside = { callId, toTag: toTagOf(peer.heard[1] ?? assert.fail()) };
  peer.send(requestBytes({ method: 'ACK', ...inside }));
  await until('the BYE', () => peer.heard.length === 4);
  const bye = peer.heard[3];
  assert.equal(bye?.kind === 'request' ? bye.method : bye, 'BYE');
  if (bye?.kind === 'request') peer.send(serializeMessage(buildResponse(bye, 200, { toTag: 'unused' })));
  peer.send(requestBytes({ method: 'INVITE', sequence: 2, ...inside, ...callBody(someCall()) }));
  await until('the refusal of a change', () => peer.heard.length === 5);
  const refusal = peer.heard[4];
  assert.equal(refusal?.kind === 'response' ? refusal.status : refusal, 481);
  assert.equal((await sip.conversations()).length, 1);
});

test('a server that has stopped hears of no end any more', async () => {
  const sip = await sipUnderTest();
  await sip.client('udp').invite(someCall());
  const { recordingId } =
    [...sip.context.live.all()].flatMap(({ captures }) => [...captures.values()])[0] ?? assert.fail();
  await sip[Symbol.asyncDispose]();
  sip.context.sources.end(recordingId);
  assert.deepEqual(sip.reports, []);
});
