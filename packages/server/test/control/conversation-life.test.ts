/** Conversations that need no recording session: how they begin, what keeps them going, and what ends them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CommunicationId,
  type Conversation,
  type ConversationId,
  type MediaType,
  mediaTypes,
  type ParticipantId,
  type RecordingState,
  withoutCommunications,
} from '@tacet/domain';
import {
  type ControlContext,
  findOrStartConversation,
  joinConversation,
  type LiveConversation,
  readConversation,
  recoverNode,
  setRecordingState,
  settle,
  threadName,
} from '../../src/control/index.ts';
import { recoveredLingerMs } from '../../src/control/recover-node.ts';
import {
  actorWith,
  agentAddress,
  agentUser,
  ControlUnderTest,
  customer,
  homeDivision,
  otherDivision,
  otherUser,
  stranger,
} from './control-under-test.ts';

const admin = actorWith('admin');
const access = { permissions: ['tacet:conversation:add'] } as const;
const agent = { sourceId: 'p2', address: agentAddress, name: 'Agent' };

function liveOf({ live }: ControlContext, id: ConversationId): LiveConversation {
  return live.get(id) ?? assert.fail('the conversation is not live');
}

/** Ends communications as the doors do: changed, stored, settled, in one turn. */
async function end(
  under: ControlUnderTest,
  id: ConversationId,
  ends: (mediaType: MediaType, communicationId: CommunicationId) => boolean,
  context = under.context,
): Promise<void> {
  const live = liveOf(context, id);
  await context.queue.run(id, async () => {
    const at = context.clock.now();
    const rest = withoutCommunications(live.conversation, (c) => ends(c.mediaType, c.id), { at, type: 'client' });
    await context.store.commit({ conversations: [rest] });
    live.conversation = rest;
    await settle(context, live, under.asked('PATCH'));
  });
}

/** The node dies, and another run of it comes up over the same store. */
async function restarted(under: ControlUnderTest): Promise<ControlContext> {
  const context = under.contextOf();
  await recoverNode(context, new Map());
  return context;
}

function statesOf({ participants }: Conversation, type: MediaType): readonly string[] {
  return participants.flatMap((p) => p.communications.filter((c) => c.mediaType === type).map(({ state }) => state));
}

/** What comes in items is captured from the beginning; the rest once its source is there. */
const itemTypes: ReadonlySet<MediaType> = new Set(['chat', 'email', 'message', 'social']);

function stateOfRunning(mediaType: MediaType): RecordingState {
  return itemTypes.has(mediaType) ? 'ACTIVE' : 'NONE';
}

test('a conversation of each media type begins by request and goes on without a recording session', async () => {
  await using under = new ControlUnderTest({ lingerMs: 100 });
  for (const mediaType of mediaTypes) {
    const id = await under.startMessage({ mediaType });
    await under.clock.pass(recoveredLingerMs + 1_000);
    const stored = await under.stored(id);
    assert.equal(stored.endedAt, undefined);
    assert.deepEqual(statesOf(stored, mediaType), ['connected', 'connected']);
    const { recordingState, conversation } = await readConversation(under.context, stranger, id);
    assert.equal(recordingState, stateOfRunning(mediaType));
    assert.deepEqual(conversation, stored);
    assert.deepEqual(
      (await under.audit(id)).map(({ action }) => action),
      ['conversationStarted', ...(itemTypes.has(mediaType) ? ['recordingStarted'] : [])],
    );
  }
});

test('what is not said of a user is taken from what is known of them', async () => {
  await using under = new ControlUnderTest();
  const who = { purpose: 'agent', userId: agentUser } as const;
  const named = { purpose: 'agent', userId: otherUser, name: 'Somebody', address: 'sip:desk@example.test' } as const;
  const queue = { purpose: 'acd', queueId: '00000000-0000-4000-8000-00000000000e' } as const;
  const joining = [{ who }, { who: named }, { who: queue as never }, { who: { purpose: 'customer' } as const }];
  const { participants } = await under.stored(await under.startMessage({ joining }));
  const nobody = participants[3] ?? assert.fail();
  assert.deepEqual(
    participants.map(({ name, address }) => [name, address]),
    [
      ['Agent', 'agent@example.test'],
      ['Somebody', 'sip:desk@example.test'],
      [undefined, queue.queueId],
      [undefined, nobody.id],
    ],
  );
});

test('a conversation belongs to the division it names, else to that of the user who asks, else to the home division', async () => {
  await using under = new ControlUnderTest();
  const divisionOf = async (id: Promise<ConversationId>) => (await under.stored(await id)).divisionId;
  assert.equal(await divisionOf(under.startMessage()), homeDivision);
  assert.equal(await divisionOf(under.startMessage({ divisionId: otherDivision })), otherDivision);
  const actor = actorWith('admin', '*', otherUser);
  assert.equal(await divisionOf(under.startMessage({ actor })), otherDivision);
  assert.equal(await divisionOf(under.startMessage({ actor, divisionId: homeDivision })), homeDivision);
  const unknown = '00000000-0000-4000-8000-0000000000d9' as typeof homeDivision;
  await assert.rejects(under.startMessage({ divisionId: unknown }), { code: 'constraintBroken' });
});

test('a permission counts in the division of what it is used on, and in no other', async () => {
  await using under = new ControlUnderTest();
  const here = actorWith('admin', homeDivision);
  await assert.rejects(under.startMessage({ actor: here, divisionId: otherDivision }), { code: 'permissionMissing' });
  const all = { permissions: ['conversation:message:create'], isAll: true } as const;
  const refused = under.startMessage({ actor: here, divisionId: otherDivision, access: all });
  await assert.rejects(refused, { code: 'permissionsMissing' });
  const id = await under.startMessage({ divisionId: otherDivision });
  const joining = [{ who: { purpose: 'external', address: 'sip:x@example.test' } }] as const;
  const join = { asked: under.asked(), access, conversationId: id, mediaType: 'video', joining } as const;
  await assert.rejects(joinConversation(under.context, { ...join, actor: here }), { code: 'permissionMissing' });
  assert.equal((await under.stored(id)).participants.length, 2);
  await joinConversation(under.context, { ...join, actor: admin });
  assert.equal((await under.stored(id)).participants.length, 3);
});

test('a conversation that could not be written down does not exist, and its names are free again', async () => {
  await using under = new ControlUnderTest();
  const externalIds = [{ name: 'communicationSession', value: 'communication-1' }];
  under.faulty.failWhen(() => true);
  await assert.rejects(under.startMessage({ externalIds }), { code: 'storageUnavailable' });
  assert.equal(under.context.live.count, 0);
  assert.equal(under.context.live.idOfKeys(['communication-1']), undefined);
});

test('two requests at the same time under one name find one conversation', async () => {
  await using under = new ControlUnderTest();
  const name = threadName('open', 'shop', 'zoe');
  let release: (() => void) | undefined;
  const written = new Promise<void>((resolve) => {
    release = resolve;
  });
  under.faulty.onCommit = () => written;
  const asked = under.asked();
  const joining = [{ who: { purpose: 'customer', address: 'zoe' } }] as const;
  const ask = () =>
    findOrStartConversation(under.context, name, { actor: admin, asked, access, mediaType: 'message', joining });
  const both = [ask(), ask()];
  await under.quiet();
  release?.();
  const [first = assert.fail(), second = assert.fail()] = await Promise.all(both);
  assert.deepEqual([first.isNew, second.isNew], [true, false]);
  assert.equal(second.view.conversation.id, first.view.conversation.id);
  assert.equal(under.context.live.count, 1);
});

test('a conversation ends when the last of its communications was ended by request', async () => {
  await using under = new ControlUnderTest();
  const id = await under.startMessage();
  const [first = assert.fail()] = (await under.stored(id)).participants.flatMap((p) => p.communications);
  await end(under, id, (_, communicationId) => communicationId === first.id);
  assert.equal((await under.stored(id)).endedAt, undefined);
  assert.notEqual((await under.stored(id)).participants[0]?.leftAt, undefined);
  await end(under, id, () => true);
  const { endedAt, participants } = await under.stored(id);
  assert.equal(endedAt, under.clock.now());
  assert.deepEqual(
    participants.flatMap((p) => p.communications.map(({ disconnectType }) => disconnectType)),
    ['client', 'client'],
  );
  assert.equal(under.context.live.get(id), undefined);
  assert.deepEqual(
    (await under.audit(id)).map(({ action }) => action),
    ['conversationStarted', 'recordingStarted', 'recordingEnded', 'conversationEnded'],
  );
});

test('after a restart it goes on as long as something is open, paused or not, until it is ended by request', async () => {
  await using under = new ControlUnderTest();
  const cobrowse = { mediaType: 'cobrowsesession' } as const;
  const [running, paused] = [await under.startMessage(cobrowse), await under.startMessage({ mediaType: 'video' })];
  await under.pause(paused);
  const before = [await under.stored(running), await under.stored(paused)];
  const context = await restarted(under);
  await under.clock.pass(10 * recoveredLingerMs);
  assert.deepEqual([await under.stored(running), await under.stored(paused)], before);
  const state = async (id: ConversationId) => (await readConversation(context, stranger, id)).recordingState;
  assert.deepEqual([await state(running), await state(paused)], ['NONE', 'PAUSED']);
  const command = { actor: stranger, asked: under.asked(), cause: 'securePause', right: 'others' } as const;
  await setRecordingState(context, { ...command, conversationId: paused, mediaType: 'video', state: 'ACTIVE' });
  assert.equal(await state(paused), 'NONE');
  assert.notEqual((await under.spans(paused))[0]?.openedAt, undefined);
  await end(under, running, () => true, context);
  assert.notEqual((await under.stored(running)).endedAt, undefined);
});

test('a pause and a resume leave a span and entries in the audit log', async () => {
  await using under = new ControlUnderTest();
  for (const mediaType of mediaTypes) {
    const id = await under.startMessage({ mediaType });
    const paused = await under.pause(id, { mediaType });
    assert.deepEqual([paused.state, paused.closedAt], ['PAUSED', under.clock.now()]);
    assert.equal((await under.pause(id, { mediaType })).state, 'PAUSED');
    under.clock.advance(1_500);
    assert.equal((await under.resume(id, { mediaType })).state, stateOfRunning(mediaType));
    const spans = await under.spans(id);
    assert.deepEqual(
      spans.map(({ closedAt, openedAt, reason }) => [(openedAt ?? 0) - closedAt, reason]),
      [[1_500, 'SecurePause']],
    );
    assert.deepEqual(await under.changes(id), [
      'recordingPaused done',
      'recordingPaused unchanged',
      'resumeGranted done',
      'recordingResumed done',
    ]);
  }
});

/** A call over a recording session, and a message in the same conversation. */
async function mixed(under: ControlUnderTest) {
  const call = await under.startCall();
  const { participants } = await under.stored(call.conversationId);
  const joining = participants.map(({ id }) => ({ who: id }));
  const join = { actor: admin, asked: under.asked(), access, mediaType: 'message', joining } as const;
  await joinConversation(under.context, { ...join, conversationId: call.conversationId });
  return call;
}

test('a conversation with a communication that only a request ends does not end with its recording session', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await mixed(under);
  await under.endCall(recordingId);
  await under.clock.pass(10_000);
  const rest = await under.stored(conversationId);
  assert.deepEqual(
    [rest.endedAt, statesOf(rest, 'call'), statesOf(rest, 'message')],
    [undefined, ['disconnected', 'disconnected'], ['connected', 'connected']],
  );
  assert.deepEqual(
    rest.participants.map(({ leftAt }) => leftAt),
    [undefined, undefined],
  );
  await end(under, conversationId, () => true);
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
});

test('while a recording session goes on, the end of everything else ends nothing but that', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await mixed(under);
  await end(under, conversationId, (type) => type === 'message');
  assert.deepEqual(statesOf(await under.stored(conversationId), 'call'), ['connected', 'connected']);
  await under.endCall(recordingId);
  await end(under, conversationId, () => true);
  assert.equal((await under.stored(conversationId)).endedAt, undefined, 'another recording session may follow');
  await under.clock.pass(1_500);
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
});

test('a conversation does not end under a recording session, even when everybody in it was disconnected', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await under.startCall();
  await end(under, conversationId, () => true);
  await under.clock.pass(5_000);
  assert.equal((await under.stored(conversationId)).endedAt, undefined);
  assert.equal(liveOf(under.context, conversationId).captures.size, 2);
  await under.endCall(recordingId);
  await under.clock.pass(1_500);
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
});

test('after a crash the calls whose source does not come back end, and the rest of the conversation goes on', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await mixed(under);
  const context = await restarted(under);
  assert.deepEqual(statesOf(await under.stored(conversationId), 'call'), ['connected', 'connected']);
  await under.clock.pass(recoveredLingerMs + 1_000);
  const rest = await under.stored(conversationId);
  assert.deepEqual(statesOf(rest, 'call'), ['disconnected', 'disconnected']);
  assert.deepEqual([rest.endedAt, statesOf(rest, 'message')], [undefined, ['connected', 'connected']]);
  assert.deepEqual(liveOf(context, conversationId).conversation, rest);
});

test('what is captured in a conversation that was paused before starts closed, after a restart too', async () => {
  await using under = new ControlUnderTest();
  const externalIds = [{ name: 'communicationSession', value: 'communication-1' }];
  const id = await under.startMessage({ externalIds });
  await under.pause(id);
  const call = await under.startCall();
  assert.equal(call.conversationId, id);
  assert.deepEqual(under.gates(call), [false, false]);
  await under.resume(id);
  assert.deepEqual(under.gates(call), [true, true]);
  await under.pause(id);
  const context = await restarted(under);
  assert.equal(context.live.idOfKeys(['communication-1']), id);
  assert.equal((await readConversation(context, stranger, id)).recordingState, 'PAUSED');
});

test('who was announced by request is the same participant when the recording session names them', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const joining = [
    { who: { purpose: 'customer', address: customer.address } },
    { who: { purpose: 'agent', userId: agentUser }, state: 'alerting' },
  ] as const;
  const externalIds = [{ name: 'communicationSession', value: 'communication-1' }];
  const id = await under.startMessage({ mediaType: 'call', joining, externalIds });
  const announced = await under.stored(id);
  under.clock.advance(3_000);
  const { recordingId } = await under.startCall({ participants: [customer, agent] });
  const { participants } = await under.stored(id);
  const idsOf = (conversation: Conversation): readonly (ParticipantId | CommunicationId)[] =>
    conversation.participants.flatMap((p) => [p.id, ...p.communications.map((c) => c.id)]);
  assert.deepEqual(idsOf({ ...announced, participants }), idsOf(announced));
  assert.deepEqual(
    participants.map((p) => p.communications.map((c) => [c.state, c.recordingId, (c.connectedAt ?? 0) - p.joinedAt])),
    [[['connected', recordingId, 0]], [['connected', recordingId, 3_000]]],
  );
  await under.endCall(recordingId);
  await under.clock.pass(1_500);
  assert.notEqual((await under.stored(id)).endedAt, undefined, 'the call ended with its recording session');
});

test('a participant whom nobody knows cannot join again, nor can anyone join what is over', async () => {
  await using under = new ControlUnderTest();
  const id = await under.startMessage();
  const [first = assert.fail()] = (await under.stored(id)).participants;
  const join = (who: ParticipantId, conversationId = id) =>
    joinConversation(under.context, {
      ...{ actor: admin, asked: under.asked(), access, mediaType: 'email', conversationId },
      joining: [{ who }],
    });
  await assert.rejects(join(id as string as ParticipantId), { code: 'participantUnknown' });
  await join(first.id);
  assert.deepEqual(statesOf(await under.stored(id), 'email'), ['connected']);
  await end(under, id, () => true);
  await assert.rejects(join(first.id), { code: 'conversationUnknown' });
});
