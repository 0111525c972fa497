import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Communication,
  type Conversation,
  ended,
  isActive,
  isActiveParticipant,
  mediaTypesOf,
  type Participant,
  withExternalIds,
  withoutParticipants,
  withParticipant,
} from './conversation.ts';
import type { CommunicationId, ConversationId, DivisionId, ParticipantId, UserId } from './ids.ts';
import { instant } from './instant.ts';
import { runningControl } from './recording-state.ts';

const start = instant(1_000);
const agent = 'agent-user' as UserId;

function communication(id: string, state: Communication['state'] = 'connected'): Communication {
  return { id: id as CommunicationId, mediaType: 'call', state, direction: 'inbound', connectedAt: start };
}

function participant(id: string, more: Partial<Participant> = {}): Participant {
  return {
    id: id as ParticipantId,
    sourceId: `source-${id}`,
    purpose: 'agent',
    address: `sip:${id}@example.com`,
    joinedAt: start,
    communications: [communication(`call-${id}`)],
    ...more,
  };
}

function conversation(...participants: readonly Participant[]): Conversation {
  return {
    id: 'conversation' as ConversationId,
    divisionId: 'division' as DivisionId,
    startedAt: start,
    participants,
    externalIds: [],
    control: runningControl,
  };
}

test('a participant with a new source id joins beside the others', () => {
  const joined = withParticipant(conversation(participant('a')), participant('b'));
  assert.deepEqual(
    joined.participants.map((p) => p.id),
    ['a', 'b'],
  );
});

test('a participant whose source id is known keeps id, arrival and communications, and takes the new address', () => {
  const update = participant('other', {
    sourceId: 'source-a',
    address: 'sip:new@example.com',
    joinedAt: instant(9_000),
    communications: [],
  });
  const [known, ...rest] = withParticipant(conversation(participant('a')), update).participants;
  assert.deepEqual(rest, []);
  assert.deepEqual(known, participant('a', { address: 'sip:new@example.com' }));
});

test('a participant who has left and comes back is a participant anew', () => {
  const left = withoutParticipants(conversation(participant('a')), () => true, instant(2_000));
  const back = withParticipant(left, participant('a2', { sourceId: 'source-a', joinedAt: instant(3_000) }));
  assert.deepEqual(
    back.participants.map(({ id, leftAt }) => [id, leftAt]),
    [
      ['a', 2_000],
      ['a2', undefined],
    ],
  );
});

test('those who leave are disconnected then; those who had left before stay as they were', () => {
  const early = participant('b', {
    leftAt: instant(1_500),
    communications: [{ ...communication('call-b', 'disconnected'), disconnectedAt: instant(1_500) }],
  });
  const now = instant(2_000);
  const after = withoutParticipants(conversation(participant('a'), early, participant('c')), (p) => p.id !== 'c', now);
  const [a, b, c] = after.participants;
  assert.equal(a?.leftAt, now);
  assert.deepEqual(a?.communications, [{ ...communication('call-a'), state: 'disconnected', disconnectedAt: now }]);
  assert.deepEqual(b, early);
  assert.deepEqual(c, participant('c'));
});

test('a communication that was over before its participant leaves keeps its own end', () => {
  const over = { ...communication('call-1', 'disconnected'), disconnectedAt: instant(1_200) };
  const both = participant('a', { communications: [over, communication('call-2')] });
  const [left] = withoutParticipants(conversation(both), () => true, instant(2_000)).participants;
  assert.deepEqual(
    left?.communications.map((c) => c.disconnectedAt),
    [1_200, 2_000],
  );
});

test('a conversation ends once, and everyone has left then', () => {
  const over = ended(conversation(participant('a'), participant('b')), instant(5_000));
  assert.equal(isActive(over), false);
  assert.equal(isActive(conversation()), true);
  assert.ok(over.participants.every((p) => p.leftAt === 5_000));
  assert.equal(ended(over, instant(6_000)), over);
});

test('the end of a conversation leaves the causes of a pause as history', () => {
  const control = { causes: [], hasUnconfirmedPause: true };
  assert.deepEqual(ended({ ...conversation(), control }, instant(5_000)).control, control);
});

test('an active participant has a connected communication and has not left', () => {
  const present = conversation(participant('a', { userId: agent }));
  assert.equal(isActiveParticipant(present, agent), true);
  assert.equal(isActiveParticipant(present, 'somebody else' as UserId), false);
  assert.equal(
    isActiveParticipant(
      withoutParticipants(present, () => true, instant(2_000)),
      agent,
    ),
    false,
  );
  const hungUp = participant('a', { userId: agent, communications: [communication('call-a', 'disconnected')] });
  assert.equal(isActiveParticipant(conversation(hungUp), agent), false);
  // Someone who left counts as gone even if a communication was never closed.
  const gone = participant('a', { userId: agent, leftAt: instant(2_000) });
  assert.equal(isActiveParticipant(conversation(gone), agent), false);
});

test('the media types are those of all communications, ended ones included', () => {
  const chat: Communication = { ...communication('chat', 'disconnected'), mediaType: 'chat' };
  const both = conversation(participant('a', { communications: [chat] }), participant('b'));
  assert.deepEqual(mediaTypesOf(both), new Set(['chat', 'call']));
});

test('an external id is added once; nothing new leaves the conversation as it is', () => {
  const first = withExternalIds(conversation(), [{ name: 'callId', value: '1' }]);
  const second = withExternalIds(first, [
    { name: 'callId', value: '1' },
    { name: 'callId', value: '2' },
    { name: 'other', value: '1' },
  ]);
  assert.deepEqual(
    second.externalIds.map(({ name, value }) => `${name} ${value}`),
    ['callId 1', 'callId 2', 'other 1'],
  );
  assert.equal(withExternalIds(second, [{ name: 'other', value: '1' }]), second);
});
