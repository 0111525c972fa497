/** What is told of changes: worked out from what is committed, stored with it, and of nothing that nobody can see. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault, StoredEvent } from '@tacet/domain';
import { recoverNode, takeMediaNews, viewOf } from '../../src/control/index.ts';
import { agent, agentUser, ControlUnderTest, customer, otherAgent, otherUser, stream } from './control-under-test.ts';

const kindsOf = (events: readonly StoredEvent[]): readonly string[] => events.map(({ kind }) => kind);

/** States that were told, in order: of the conversation, and in events about its recording. */
function statesOf(events: readonly StoredEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind === 'conversationChanged') return `conversation ${event.recordingState}`;
    return event.kind === 'recordingStateChanged' ? `recording ${event.state}` : [];
  });
}

function lastOf<K extends StoredEvent['kind']>(events: readonly StoredEvent[], kind: K) {
  const found = events.findLast((event) => event.kind === kind);
  return (found ?? assert.fail(`nothing of ${kind} was told`)) as Extract<StoredEvent, { readonly kind: K }>;
}

test('a call that begins is told with its recording, and its state is what it will be from then on', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const events = await under.events();
  assert.deepEqual(kindsOf(events), ['conversationChanged', 'recordingChanged', 'recordingStateChanged']);
  const changed = lastOf(events, 'conversationChanged');
  const view = viewOf(under.context, await under.stored(conversationId));
  assert.equal(changed.recordingState, 'ACTIVE');
  assert.deepEqual(new Set(changed.captured), view.captured);
  assert.deepEqual(changed.userIds, [agentUser]);
  assert.equal(lastOf(events, 'recordingChanged').recordingId, recordingId);
  const { state, by } = lastOf(events, 'recordingStateChanged');
  assert.deepEqual([state, by?.door], ['ACTIVE', 'INVITE']);
});

test('a pause is told with who asked, through which door, why and from when', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const asked = under.asked();
  const before = await under.events();
  const { closedAt } = await under.pause(conversationId, { asked });
  const events = await under.events(before.length);
  assert.deepEqual(statesOf(events), ['conversation PAUSED', 'recording PAUSED']);
  const told = lastOf(events, 'recordingStateChanged');
  const [span] = await under.spans(conversationId);
  const { from: _from, ...by } = asked;
  const expected = {
    ...{ by, closedAt, cause: 'securePause', reason: 'SecurePause', spanId: span?.id, isSecurePause: true },
    correlationId: asked.requestId,
    userIds: [agentUser],
  };
  assert.partialDeepStrictEqual(told, expected);
  assert.equal('openedAt' in told, false);
});

test('a resume is told when the gates are open and not when it is granted', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const { closedAt } = await under.pause(conversationId);
  const before = await under.events();
  let toldAtOpening: readonly StoredEvent[] = [];
  under.media.onCommand = (command) => {
    if (command === 'open') under.events(before.length).then((events) => (toldAtOpening = events), assert.fail);
  };
  under.clock.advance(4_000);
  await under.resume(conversationId);
  assert.deepEqual(toldAtOpening, []);
  const events = await under.events(before.length);
  assert.deepEqual(statesOf(events), ['conversation ACTIVE', 'recording ACTIVE']);
  const [span] = await under.spans(conversationId);
  const { openedAt, withheldCount, id: spanId } = span ?? assert.fail();
  const told = lastOf(events, 'recordingStateChanged');
  assert.partialDeepStrictEqual(told, { closedAt, openedAt, withheldCount, spanId, reason: 'SecurePause' });
});

test('a pause that was there already, a refused one and one that could not be confirmed are not told', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, streams } = await under.startCall();
  const unheard = streams[0]?.streamId ?? assert.fail();
  under.media.scripted.silence(unheard);
  const before = await under.events();
  await assert.rejects(under.passUntil(under.pause(conversationId)), {
    code: 'gateUnconfirmed',
  } satisfies Partial<Fault>);
  under.media.scripted.revive(unheard);
  const stranger = { clientId: 'nobody', name: 'nobody', rights: [] } as never;
  await assert.rejects(under.pause(conversationId, { actor: stranger }), { code: 'permissionMissing' });
  assert.deepEqual(await under.events(before.length), []);
  await under.pause(conversationId);
  const count = (await under.events()).length;
  await under.pause(conversationId);
  assert.equal((await under.events()).length, count);
});

test('one of two causes that ends is told, and the conversation stays paused', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  await under.pause(conversationId, { cause: 'holdSuppression' });
  await under.pause(conversationId);
  const before = await under.events();
  await under.resume(conversationId);
  const events = await under.events(before.length);
  assert.deepEqual(statesOf(events), ['conversation PAUSED', 'recording PAUSED']);
  assert.partialDeepStrictEqual(lastOf(events, 'recordingStateChanged'), {
    cause: 'securePause',
    isSecurePause: false,
  });
});

test('a change that nobody can see is not told', async () => {
  await using under = new ControlUnderTest();
  const { recordingId } = await under.startCall();
  const before = await under.events();
  await under.updateCall(recordingId, { externalIds: [{ name: 'ucid', value: 'another name' }] });
  assert.deepEqual(await under.events(before.length), []);
});

test('who leaves is told of it, and of nothing that happens later', async () => {
  await using under = new ControlUnderTest();
  const both = { participants: [customer, agent, otherAgent], streams: [stream('1', 'p1'), stream('2', 'p2')] };
  const { recordingId, conversationId } = await under.startCall(both);
  const whom = async (): Promise<readonly string[]> => lastOf(await under.events(), 'conversationChanged').userIds;
  assert.deepEqual(await whom(), [agentUser, otherUser]);
  await under.updateCall(recordingId, { ...both, participants: [customer, agent] });
  assert.deepEqual(await whom(), [agentUser, otherUser]);
  await under.pause(conversationId);
  assert.deepEqual(await whom(), [agentUser]);
  assert.deepEqual(lastOf(await under.events(), 'recordingStateChanged').userIds, [agentUser]);
});

test('recording that ends because its captures broke off is told', async () => {
  await using under = new ControlUnderTest();
  const { streams } = await under.startCall();
  const before = await under.events();
  for (const { streamId } of streams) {
    const failure = {
      kind: 'captureFailed',
      streamId,
      at: under.clock.now(),
      reason: 'overload',
      intervals: [],
    } as const;
    await takeMediaNews(under.context, failure);
  }
  const events = await under.events(before.length);
  assert.deepEqual(statesOf(events), ['conversation ACTIVE', 'conversation NONE', 'recording NONE']);
  assert.equal(lastOf(events, 'recordingChanged').fileState, 'ERROR');
});

test('a conversation that ends while it is paused is told to have no recording any more', async () => {
  await using under = new ControlUnderTest({ lingerMs: 1_000 });
  const { conversationId, recordingId } = await under.startCall();
  await under.pause(conversationId);
  await under.endCall(recordingId);
  await under.clock.pass(1_000);
  await under.quiet();
  const events = await under.events();
  const last = lastOf(events, 'conversationChanged');
  assert.deepEqual([last.conversation.endedAt === undefined, last.recordingState], [false, 'NONE']);
  assert.equal(lastOf(events, 'recordingChanged').fileState, 'AVAILABLE');
});

test('what is told of a change is stored in the same transaction as the change', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const before = await under.events();
  under.faulty.failWhen(({ spans }) => spans !== undefined);
  await assert.rejects(under.pause(conversationId), { code: 'storageUnavailable' });
  assert.deepEqual(await under.events(before.length), []);
  assert.deepEqual(await under.spans(conversationId), []);
  under.faulty.heal();
  await under.pause(conversationId);
  assert.deepEqual(statesOf(await under.events(before.length)), ['conversation PAUSED', 'recording PAUSED']);
});

test('after a start of the node every conversation that goes on is told as it is now', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const { closedAt } = await under.pause(conversationId);
  const before = await under.events();
  await recoverNode(under.contextOf(), new Map());
  const changed = lastOf(await under.events(before.length), 'conversationChanged');
  assert.equal(changed.conversation.id, conversationId);
  assert.equal(changed.recordingState, 'PAUSED');
  assert.deepEqual(changed.captured, []);
  const told = lastOf(await under.events(before.length), 'recordingStateChanged');
  assert.partialDeepStrictEqual(told, { state: 'PAUSED', cause: 'securePause', closedAt });
});
