/** Who takes part: purposes, users, transfers, and who is heard in which stream over time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Conversation, limits, type ParticipantId, type Purpose } from '@tacet/domain';
import { capturedParticipants } from '../../src/control/live-conversations.ts';
import {
  agent,
  agentAddress,
  agentUser,
  ControlUnderTest,
  customer,
  customerAddress,
  otherAgent,
  otherAgentAddress,
  otherUser,
  stream,
} from './control-under-test.ts';

function present({ participants }: Conversation): readonly string[] {
  return participants.filter(({ leftAt }) => leftAt === undefined).map(({ address }) => address);
}

function idOf({ participants }: Conversation, address: string): ParticipantId {
  return participants.findLast((participant) => participant.address === address)?.id ?? assert.fail(address);
}

function purposes({ participants }: Conversation): readonly (readonly [string, Purpose])[] {
  return participants.map(({ address, purpose }) => [address, purpose]);
}

test('an address of a user makes an agent with that user; the first of the others is the customer', async () => {
  await using under = new ControlUnderTest();
  const bot = { sourceId: 'p4', address: 'sip:bot@example.test' };
  const { conversationId } = await under.startCall({ participants: [agent, customer, bot, otherAgent] });
  const { participants } = await under.stored(conversationId);
  assert.deepEqual(
    participants.map(({ address, purpose, userId }) => [address, purpose, userId]),
    [
      [agentAddress, 'agent', agentUser],
      [customerAddress, 'customer', undefined],
      ['sip:bot@example.test', 'external', undefined],
      [otherAgentAddress, 'agent', otherUser],
    ],
  );
});

test('the first purpose rule that matches decides, before anything else', async () => {
  const purposeRules = [
    { purpose: 'ivr', pattern: 'sip:bot@*' },
    { purpose: 'customer', pattern: 'sip:agent@*' },
    { purpose: 'external', pattern: '*' },
  ] as const;
  await using under = new ControlUnderTest({ purposeRules });
  const bot = { sourceId: 'p4', address: 'SIP:BOT@example.test' };
  const { conversationId } = await under.startCall({ participants: [agent, customer, bot] });
  assert.deepEqual(purposes(await under.stored(conversationId)), [
    [agentAddress, 'customer'],
    [customerAddress, 'external'],
    ['SIP:BOT@example.test', 'ivr'],
  ]);
});

test('a transfer moves a stream from one participant to the next, at the instant of the transfer', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const startedAt = under.clock.now();
  under.clock.advance(3_000);
  const movedAt = under.clock.now();
  await under.updateCall(recordingId, {
    participants: [customer, otherAgent],
    streams: [stream('1', 'p1'), stream('2', 'p3')],
  });
  const conversation = await under.stored(conversationId);
  assert.deepEqual(present(conversation), [customerAddress, otherAgentAddress]);
  const left = conversation.participants.find(({ address }) => address === agentAddress);
  assert.equal(left?.leftAt, movedAt);
  assert.deepEqual(
    left?.communications.map(({ state, disconnectedAt }) => [state, disconnectedAt]),
    [['disconnected', movedAt]],
  );
  const { streams } = await under.recording(recordingId);
  assert.deepEqual(
    streams.map(({ owners }) => owners),
    [
      [{ participantId: idOf(conversation, customerAddress), from: startedAt }],
      [
        { participantId: idOf(conversation, agentAddress), from: startedAt, to: movedAt },
        { participantId: idOf(conversation, otherAgentAddress), from: movedAt },
      ],
    ],
  );
});

test('who comes back to a stream owns it twice, with the time between left out', async () => {
  await using under = new ControlUnderTest();
  const { recordingId } = await under.startCall({ streams: [stream('1', 'p1')] });
  const startedAt = under.clock.now();
  under.clock.advance(1_000);
  await under.updateCall(recordingId, { streams: [stream('1', 'p2')] });
  under.clock.advance(1_000);
  await under.updateCall(recordingId, { streams: [stream('1', 'p1', 'p2')] });
  const [mixed] = (await under.recording(recordingId)).streams;
  const times = mixed?.owners.map(({ from, to }) => [from - startedAt, to === undefined ? undefined : to - startedAt]);
  assert.deepEqual(times, [
    [0, 1_000],
    [1_000, undefined],
    [2_000, undefined],
  ]);
});

test('a participant whose name or source id changes stays the same participant', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const before = idOf(await under.stored(conversationId), customerAddress);
  const renamed = { ...customer, name: 'Customer of the year' };
  await under.updateCall(recordingId, { participants: [renamed, { ...agent, sourceId: 'another id' }] });
  const { participants } = await under.stored(conversationId);
  assert.equal(participants.length, 2);
  assert.deepEqual(
    participants.map(({ id, name, sourceId }) => [id === before, name, sourceId]),
    [
      [true, 'Customer of the year', 'p1'],
      [false, 'Agent', 'p2'],
    ],
  );
});

test('who is in two legs has a communication in each, and leaves with the last of them', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  const second = await under.startCall({ participants: [agent, otherAgent], streams: [stream('1', 'p2')] }, 'call-2');
  const both = (await under.stored(first.conversationId)).participants.find((p) => p.address === agentAddress);
  assert.deepEqual(
    both?.communications.map(({ recordingId, state }) => [recordingId, state]),
    [
      [first.recordingId, 'connected'],
      [second.recordingId, 'connected'],
    ],
  );
  under.clock.advance(1_000);
  await under.endCall(first.recordingId);
  const after = await under.stored(first.conversationId);
  assert.deepEqual(present(after), [agentAddress, otherAgentAddress]);
  const staying = after.participants.find((p) => p.address === agentAddress);
  assert.deepEqual(
    staying?.communications.map(({ state }) => state),
    ['disconnected', 'connected'],
  );
  await under.endCall(second.recordingId);
  assert.deepEqual(present(await under.stored(first.conversationId)), []);
});

test('a participant whom one leg drops stays while the other leg has them', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  await under.startCall({ participants: [customer, agent] }, 'call-2');
  await under.updateCall(first.recordingId, { participants: [customer] });
  assert.deepEqual(present(await under.stored(first.conversationId)), [customerAddress, agentAddress]);
});

test('a customer who comes back after a transfer is the customer again', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  await under.endCall(first.recordingId);
  under.clock.advance(1_000);
  const second = await under.startCall({ participants: [customer, otherAgent] }, 'call-2');
  assert.equal(second.conversationId, first.conversationId);
  const { participants } = await under.stored(first.conversationId);
  const back = participants.filter(({ address }) => address === customerAddress);
  assert.deepEqual(
    back.map(({ purpose, leftAt }) => [purpose, leftAt === undefined]),
    [
      ['customer', false],
      ['customer', true],
    ],
  );
});

test('a stream without owners, or with owners nobody knows, is recorded all the same', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall({ streams: [stream('1'), stream('2', 'nobody')] });
  const { streams } = await under.recording(started.recordingId);
  assert.deepEqual(
    streams.map(({ owners }) => owners),
    [[], []],
  );
  assert.deepEqual(under.gates(started), [true, true]);
});

test('a conversation takes as many participants as the limit says, and records beyond it all the same', async () => {
  await using under = new ControlUnderTest();
  const crowd = Array.from({ length: limits.participantsPerConversationMax + 1 }, (_, place) => ({
    sourceId: `p${place}`,
    address: `sip:${place}@example.test`,
  }));
  const last = `p${limits.participantsPerConversationMax}`;
  const started = await under.startCall({ participants: crowd, streams: [stream('1', 'p0'), stream('2', last)] });
  const { participants } = await under.stored(started.conversationId);
  assert.equal(participants.length, limits.participantsPerConversationMax);
  const { streams } = await under.recording(started.recordingId);
  assert.deepEqual(
    streams.map(({ owners }) => owners.length),
    [1, 0],
  );
});

test('those are captured who are heard in a live capture now', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const live = under.context.live.get(conversationId) ?? assert.fail();
  const addresses = (): readonly string[] => {
    const heard = capturedParticipants(live);
    return live.conversation.participants.filter(({ id }) => heard.has(id)).map(({ address }) => address);
  };
  assert.deepEqual(addresses(), [customerAddress, agentAddress]);
  await under.updateCall(recordingId, {
    participants: [customer, otherAgent],
    streams: [stream('2', 'p3')],
  });
  assert.deepEqual(addresses(), [otherAgentAddress]);
});
