/** Transfers, consultations and assignments: who takes part, what becomes of it, and the pause that none of them touches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Conversation, limits, type UserId, withSettledTransfers } from '@tacet/domain';
import { agentActor, Requests } from './change-under-test.ts';
import {
  actorWith,
  agent,
  agentAddress,
  agentUser,
  ControlUnderTest,
  customer,
  customerAddress,
  otherAgent,
  otherAgentAddress,
  otherDivision,
  otherUser,
  stream,
} from './control-under-test.ts';

const queue = '00000000-0000-4000-8000-0000000000f1';
const admin = actorWith('admin');

/** Who is here, and in what state. */
function here({ participants }: Conversation): { readonly [address: string]: string | undefined } {
  const present = participants.filter((p) => p.leftAt === undefined);
  return Object.fromEntries(
    present.map((p) => [p.address, p.communications.findLast((c) => c.mediaType === 'call')?.state]),
  );
}

function fates({ transfers = [] }: Conversation): readonly string[] {
  return transfers.map(({ state }) => state);
}

test('a transfer to a user rings that user, and the media that comes later is theirs', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  await new Requests(under, conversationId).replace(agentAddress, { userId: otherUser });
  const asked = await under.stored(conversationId);
  assert.deepEqual(here(asked), { [customerAddress]: 'connected', [otherUser]: 'alerting' });
  assert.deepEqual(fates(asked), ['Active']);
  assert.partialDeepStrictEqual(asked.transfers?.[0], {
    initiatorId: agentUser,
    to: { userId: otherUser },
    transferType: 'Unattended',
  });
  await under.updateCall(recordingId, {
    participants: [customer, otherAgent],
    streams: [stream('1', 'p1'), stream('2', 'p3')],
  });
  const done = await under.stored(conversationId);
  assert.deepEqual(here(done), { [customerAddress]: 'connected', [otherAgentAddress]: 'connected' });
  assert.deepEqual(fates(done), ['Complete']);
  const target = done.participants.at(-1);
  assert.equal(done.participants.length, 3, 'the one who was rung is the one who came');
  assert.partialDeepStrictEqual(target?.communications, [{ recordingId, state: 'connected' }]);
  assert.equal(target?.communications.length, 1);
});

test('a number is recognised when the source has it, whatever it is written in', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  await new Requests(under, conversationId).replace(agentAddress, { address: '+1 555 0177' });
  assert.deepEqual(here(await under.stored(conversationId)), {
    [customerAddress]: 'connected',
    '+1 555 0177': 'dialing',
  });
  const outside = { sourceId: 'p9', address: 'sip:+15550177@sbc.example.test' };
  await under.updateCall(recordingId, { participants: [customer, outside], streams: [stream('1', 'p1')] });
  const done = await under.stored(conversationId);
  assert.deepEqual(here(done), { [customerAddress]: 'connected', [outside.address]: 'connected' });
  assert.deepEqual([fates(done), done.participants.at(-1)?.purpose], [['Complete'], 'external']);
});

test('a queue is done when the source has a user who came from it', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  await new Requests(under, conversationId).replace(agentAddress, { queueId: queue });
  assert.deepEqual(here(await under.stored(conversationId)), { [customerAddress]: 'connected', [queue]: 'alerting' });
  await under.updateCall(recordingId, { participants: [customer, otherAgent] });
  const done = await under.stored(conversationId);
  assert.deepEqual(here(done), { [customerAddress]: 'connected', [otherAgentAddress]: 'connected' });
  assert.deepEqual([fates(done), done.participants.at(-1)?.queueId], [['Complete'], queue]);
});

test('an address that is a user’s, or an id, is that user or that queue', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  await assert.rejects(requests.replace(agentAddress, { address: agentAddress }), { code: 'transferToSameParty' });
  await assert.rejects(requests.replace(agentAddress, { address: agentUser }), { code: 'transferToSameParty' });
  await requests.replace(agentAddress, { address: queue });
  assert.equal((await under.stored(conversationId)).participants.at(-1)?.purpose, 'acd');
});

test('a target that is nobody is refused, and nobody leaves', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  const nobody = '00000000-0000-4000-8000-0000000000ff';
  await assert.rejects(requests.replace(agentAddress, { userId: nobody }), { code: 'constraintBroken' });
  await assert.rejects(requests.replace(agentAddress, { queueId: 'sales' }), { code: 'queueUnknown' });
  await assert.rejects(requests.replace(agentAddress, { address: 'x'.repeat(limits.addressCharactersMax + 1) }), {
    code: 'constraintBroken',
  });
  await assert.rejects(requests.replace(agentAddress, {}), { code: 'constraintBroken' });
  assert.deepEqual(Object.keys(here(await under.stored(conversationId))), [customerAddress, agentAddress]);
});

test('a conversation, and its pause, waits for somebody to whom it was transferred', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await under.startCall();
  await under.pause(conversationId);
  await new Requests(under, conversationId).replace(agentAddress, { userId: otherUser });
  await under.endCall(recordingId);
  await under.clock.pass(limits.transferRingMsMax - 10_000);
  const next = await under.startCall({ participants: [customer, otherAgent] }, 'call-2');
  assert.equal(next.conversationId, conversationId);
  assert.deepEqual(under.gates(next), [false, false], 'the pause was waited for too');
});

test('nobody is waited for longer than a telephone rings', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await under.startCall();
  await new Requests(under, conversationId).replace(agentAddress, { userId: otherUser });
  await under.endCall(recordingId);
  await under.clock.pass(limits.transferRingMsMax + 2_000);
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
});

test('a target who hangs up before is waited for no longer', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await under.startCall();
  const requests = new Requests(under, conversationId, admin);
  await requests.replace(agentAddress, { userId: otherUser });
  await under.endCall(recordingId);
  await under.clock.pass(2_000);
  await requests.change(otherUser, { state: 'disconnected' });
  await under.clock.pass(2_000);
  const over = await under.stored(conversationId);
  assert.notEqual(over.endedAt, undefined);
  assert.deepEqual(fates(over), ['Failed']);
});

test('a user hands over only conversations in which that user takes part', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  for (const role of ['agent', 'supervisor', 'admin'] as const) {
    const requests = new Requests(under, conversationId, actorWith(role, '*', otherUser));
    await assert.rejects(requests.replace(agentAddress, { userId: otherUser }), { code: 'notParticipant' }, role);
    await assert.rejects(requests.consult(customerAddress, { userId: otherUser }), { code: 'notParticipant' }, role);
  }
  const elsewhere = new Requests(under, conversationId, actorWith('agent', otherDivision, agentUser));
  await assert.rejects(elsewhere.replace(agentAddress, { userId: otherUser }), { code: 'permissionMissing' });
  const refused = (await under.audit(conversationId)).filter(({ result }) => result === 'refused');
  assert.equal(refused.length, 7);
});

test('a consultation puts the object on hold and asks the target in; when who consulted leaves it is a transfer', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  const targetId = await requests.consult(customerAddress, { userId: otherUser });
  const begun = await under.stored(conversationId);
  assert.equal(begun.participants.at(-1)?.id, targetId);
  const held = begun.participants.filter((p) => p.communications.some((c) => c.heldSince !== undefined));
  assert.deepEqual(
    held.map(({ address }) => address),
    [customerAddress],
  );
  assert.equal(await requests.turn(customerAddress, 'BOTH'), targetId);
  await requests.change(otherUser, { state: 'connected' });
  await requests.change(agentAddress, { state: 'disconnected' });
  const done = await under.stored(conversationId);
  assert.deepEqual(here(done), { [customerAddress]: 'connected', [otherUser]: 'connected' });
  assert.deepEqual(fates(done), ['Complete']);
  assert.equal(
    done.participants.some((p) => p.consultParticipantId !== undefined),
    false,
  );
});

test('a consultation that is given up leaves the call as it was', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  await assert.rejects(requests.cancel(customerAddress), { code: 'consultNotStarted' });
  await assert.rejects(requests.turn(customerAddress, 'BOTH'), { code: 'consultUnknown' });
  await requests.consult(customerAddress, { queueId: queue });
  await requests.cancel(customerAddress);
  const given = await under.stored(conversationId);
  assert.deepEqual(here(given), { [customerAddress]: 'connected', [agentAddress]: 'connected' });
  assert.deepEqual(fates(given), ['Canceled']);
});

test('who consults is the user who asks, or whom a program names, and takes part', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const program = new Requests(under, conversationId, admin);
  await assert.rejects(program.consult(customerAddress, { userId: otherUser }), { code: 'consultInitiatorNeeded' });
  await assert.rejects(program.consult(customerAddress, { userId: otherUser }, 'BOTH', otherUser), {
    code: 'consultNotTakingPart',
  });
  await program.consult(customerAddress, { userId: otherUser }, 'BOTH', agentUser);
  const own = new Requests(under, conversationId);
  await assert.rejects(own.consult(agentAddress, { userId: otherUser }), { code: 'transferToSelf' });
  await assert.rejects(own.consult(customerAddress, {}), { code: 'consultDestinationNeeded' });
  await program.cancel(customerAddress);
  await own.consult(customerAddress, { userId: otherUser }, 'BOTH', otherUser);
  const [, consulting] = (await under.stored(conversationId)).participants;
  assert.equal(consulting?.consultParticipantId, own.idOf(customerAddress), 'a user consults as that user');
});

test('pulling a conversation and assigning it to somebody else are separate rights', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  const agentsOwn = actorWith('agent', '*', otherUser);
  await assert.rejects(requests.assign(otherUser, agentsOwn), {
    code: 'permissionMissing',
    facts: { permissions: ['conversation:call:pull'] },
  });
  await assert.rejects(requests.assign(otherUser, agentActor), {
    code: 'permissionMissing',
    facts: { permissions: ['conversation:call:assign'] },
  });
  await requests.assign(otherUser, admin);
  await requests.assign(otherUser, admin);
  assert.deepEqual(here(await under.stored(conversationId)), {
    [customerAddress]: 'connected',
    [agentAddress]: 'connected',
    [otherUser]: 'alerting',
  });
  const nobody = '00000000-0000-4000-8000-0000000000ff' as UserId;
  await assert.rejects(requests.assign(nobody, admin), { code: 'constraintBroken' });
});

test('a queue is done when the conversation is assigned to somebody', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  await requests.replace(agentAddress, { queueId: queue });
  await requests.assign(otherUser, admin);
  const served = await under.stored(conversationId);
  assert.deepEqual(here(served), { [customerAddress]: 'connected', [otherUser]: 'alerting' });
  assert.deepEqual([fates(served), served.participants.at(-1)?.queueId], [['Complete'], queue]);
});

/** What a pause has to survive (P3), each from a call that is paused. */
const survived: readonly (readonly [
  what: string,
  act: (requests: Requests, under: ControlUnderTest) => Promise<unknown>,
])[] = [
  ['a transfer', (requests) => requests.replace(agentAddress, { userId: otherUser })],
  ['an attended transfer', (requests) => requests.replace(agentAddress, { queueId: queue }, 'Attended')],
  ['a consultation', (requests) => requests.consult(customerAddress, { userId: otherUser })],
  [
    'a consultation that is given up',
    async (requests) => {
      await requests.consult(customerAddress, { userId: otherUser });
      await requests.cancel(customerAddress);
    },
  ],
  [
    'a conference',
    async (_, under) => {
      const [recordingId = assert.fail()] = [...(under.context.live.all().next().value?.recordings.keys() ?? [])];
      await under.updateCall(recordingId, { participants: [customer, agent, otherAgent] });
    },
  ],
  [
    'a hold and its end',
    async (requests) => {
      await requests.hold(customerAddress);
      await requests.hold(customerAddress, false);
    },
  ],
  ['a mute', (requests) => requests.change(agentAddress, { isMuted: true })],
  ['attributes', (requests) => requests.describe(customerAddress, { a: 'b' })],
  ['a wrap-up', (requests) => requests.wrapUp(agentAddress, 'sold')],
  ['an assignment', (requests) => requests.assign(otherUser, admin)],
  ['the end of a participant', (requests) => requests.change(agentAddress, { state: 'disconnected' })],
];

for (const [what, act] of survived) {
  for (const suppressesOnHold of [false, true]) {
    test(`a pause survives ${what}${suppressesOnHold ? ', with hold suppression too' : ''}`, async () => {
      await using under = new ControlUnderTest({ suppressesOnHold });
      const started = await under.startCall();
      const { conversationId } = started;
      const { closedAt } = await under.pause(conversationId);
      await under.passUntil(act(new Requests(under, conversationId), under));
      const { control } = await under.stored(conversationId);
      const secure = control.causes.find(({ cause }) => cause === 'securePause');
      assert.equal(secure?.since, closedAt);
      assert.deepEqual(under.gates(started), [false, false]);
      for (const { streamId } of started.streams) {
        assert.equal(under.media.scripted.openStretches(streamId).length, 1, 'no gate was open since');
      }
    });
  }
}

test('what is said of transfers is settled once', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  await new Requests(under, conversationId).replace(agentAddress, { userId: otherUser });
  const stored = await under.stored(conversationId);
  assert.deepEqual(withSettledTransfers(stored, under.clock.now()), stored);
});
