/** Who is told what: judged at the subscription, and again with every event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId, ParticipantId } from '@tacet/domain';
import { agentUser, homeDivision, otherDivision, otherUser } from '../http/http-under-test.ts';
import type { TokenWish } from '../http/token-book.ts';
import { base, NotifyUnderTest } from './notify-under-test.ts';

const queue = '00000000-0000-4000-8000-00000000000a';
const own = `v2.users.${agentUser}.conversations`;
const allStates = 'v2.tacet.conversations.recordingstate';
const stateOf = (id: string): string => `v2.tacet.conversations.${id}.recordingstate`;
const recordingsOf = (id: string): string => `v2.users.${agentUser}.conversations.${id}.recordings`;

/** What became of a subscription: permitted, or what the refusal says. */
async function outcome(under: NotifyUnderTest, wish: TokenWish, topic: string): Promise<string> {
  const token = under.http.tokens.issue(wish);
  const { id } = await under.channel(token);
  const body = [{ id: topic }];
  const { status, json } = await under.http.send('POST', `${base}/channels/${id}/subscriptions`, { token, body });
  return status === 200 ? 'permitted' : `${status} ${(json as { readonly code: string }).code}`;
}

const agentHere: TokenWish = { role: 'agent', userId: agentUser };
const agentElsewhere: TokenWish = { role: 'agent', userId: otherUser };
const supervisor: TokenWish = { role: 'supervisor' };
const homeSupervisor: TokenWish = { role: 'supervisor', division: homeDivision };
const missing = '403 missing.any.permissions';

test('a topic needs its permission in some division, unless it is about the actor', async () => {
  await using under = await NotifyUnderTest.start();
  const table: readonly (readonly [topic: string, wish: TokenWish, expected: string])[] = [
    [own, agentHere, 'permitted'],
    [own, agentElsewhere, missing],
    [own, supervisor, 'permitted'],
    [own, homeSupervisor, 'permitted'],
    [own, {}, missing],
    [`${own}.videos`, agentHere, 'permitted'],
    [`${own}.videos`, agentElsewhere, missing],
    [`v2.users.${agentUser.toUpperCase()}.conversations`, agentHere, 'permitted'],
    [`v2.routing.queues.${queue}.conversations`, agentHere, missing],
    [`v2.routing.queues.${queue}.conversations.calls`, homeSupervisor, 'permitted'],
    [allStates, agentHere, 'permitted'],
    [allStates, {}, missing],
    [allStates, supervisor, 'permitted'],
  ];
  for (const [topic, wish, expected] of table) {
    assert.equal(await outcome(under, wish, topic), expected, `${topic} for ${wish.role} ${wish.userId}`);
  }
});

test('a topic of one conversation needs its permission in that division, unless the actor took part', async () => {
  await using under = await NotifyUnderTest.start();
  const here = await under.http.addConversation('call', homeDivision);
  const there = await under.http.addConversation('call', otherDivision);
  const table: readonly (readonly [id: string, wish: TokenWish, state: string, recordings: string])[] = [
    [here, homeSupervisor, 'permitted', 'permitted'],
    [there, homeSupervisor, missing, missing],
    [there, supervisor, 'permitted', 'permitted'],
    [there, agentHere, 'permitted', 'permitted'],
    [there, agentElsewhere, missing, missing],
    [there, {}, missing, missing],
    [under.http.ids.next(), homeSupervisor, 'permitted', 'permitted'],
    [under.http.ids.next(), {}, missing, missing],
  ];
  for (const [id, wish, state, recordings] of table) {
    const who = `${wish.role} ${wish.division} ${wish.userId}`;
    assert.equal(await outcome(under, wish, stateOf(id)), state, who);
    assert.equal(await outcome(under, wish, recordingsOf(id)), recordings, who);
  }
});

test('what is refused names the permission, and is left out where errors are to be ignored', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const token = http.tokens.issue(agentHere);
  const { id } = await under.channel(token);
  const path = `${base}/channels/${id}/subscriptions?ignoreErrors=true`;
  const body = [{ id: own }, { id: `v2.users.${otherUser}.conversations` }];
  const { json } = await http.send('PUT', path, { token, body });
  const rejected = { state: 'Rejected', missingPermissions: ['conversation:communication:view'] };
  assert.partialDeepStrictEqual(json, { entities: [{ id: own, state: 'Permitted' }, rejected] });
});

async function pause(under: NotifyUnderTest, id: ConversationId): Promise<void> {
  const token = under.http.tokens.issue({ role: 'admin' });
  const { status } = await under.http.setState(`${id}/recordingstate`, 'PAUSED', token, 'PATCH');
  assert.equal(status, 202);
}

test("an event is told to holders of the topic's permission in the division of the conversation", async () => {
  await using under = await NotifyUnderTest.start();
  const here = await under.http.addConversation('call', homeDivision);
  const there = await under.http.addConversation('call', otherDivision);
  const everywhere = await under.connect(await under.channel(under.http.tokens.issue(supervisor), own, allStates));
  const token = under.http.tokens.issue(homeSupervisor);
  const home = await under.connect(await under.channel(token, own, allStates));
  await pause(under, there);
  await pause(under, here);
  await everywhere.untilEvents(4);
  await home.untilEvents(2);
  assert.deepEqual(home.numbers, everywhere.numbers.slice(2));
  assert.deepEqual(
    home.events.map(({ eventBody }) => eventBody['id'] ?? eventBody['conversationId']),
    [here, here],
  );
});

test('without the permission, users are told of their own conversations under their own topics', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const mine = await under.connect(await under.channel(http.tokens.issue(agentHere), own, allStates));
  const other = await under.connect(await under.channel(http.tokens.issue(agentElsewhere), allStates));
  const message = await http.addConversation('message');
  await pause(under, message);
  await mine.untilEvents(2);
  assert.deepEqual(mine.topicNames, [own, allStates]);
  await under.quiet();
  assert.deepEqual(other.events, []);
});

test('recordings are told to those who may view them, and to users who took part, under their own topic', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const call = await http.startCall();
  const topic = recordingsOf(call.conversationId);
  const one = `${topic}.${call.recordingId}`;
  const wrongOne = `${recordingsOf(http.ids.next())}.${call.recordingId}`;
  const clients = [
    await under.connect(await under.channel(http.tokens.issue(supervisor), topic, one, wrongOne)),
    await under.connect(await under.channel(http.tokens.issue(agentHere), topic, one)),
  ];
  const stranger = await under.channel(http.tokens.issue({ role: 'supervisor', userId: otherUser }), topic);
  const demoted = await under.connect(stranger);
  http.tokens.changeRole(stranger.token, 'agent');
  await http.endCall(call);
  for (const client of clients) {
    await client.untilEvents(2);
    assert.deepEqual(client.topicNames, [topic, one]);
    assert.deepEqual(client.events[0]?.eventBody, {
      id: call.recordingId,
      conversationId: call.conversationId,
      fileState: 'AVAILABLE',
      mediaUris: [],
    });
  }
  await under.quiet();
  assert.deepEqual(demoted.events, []);
});

test('rights that were taken away end what is told with the next event', async () => {
  await using under = await NotifyUnderTest.start();
  const id = await under.http.addConversation('call');
  const channel = await under.channel(under.http.tokens.issue(supervisor), own);
  const client = await under.connect(channel);
  await pause(under, id);
  await client.untilEvents(1);
  under.http.tokens.changeRole(channel.token, 'agent');
  await pause(under, await under.http.addConversation('email'));
  await under.quiet();
  assert.equal(client.events.length, 1);
  assert.equal(client.closedWith, undefined);
});

test("another user's topic is not told to somebody without the permission, whose conversation it is too", async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const id = await http.addConversation('call');
  const live = http.control.live.get(id) ?? assert.fail();
  const [first = assert.fail()] = live.conversation.participants;
  const second = { ...first, id: http.ids.next<ParticipantId>(), sourceId: 'p3', userId: otherUser };
  live.conversation = { ...live.conversation, participants: [first, second] };
  const token = http.tokens.issue({ role: 'supervisor', userId: otherUser });
  const client = await under.connect(await under.channel(token, own, `v2.users.${otherUser}.conversations`));
  http.tokens.changeRole(token, 'agent');
  await pause(under, id);
  await client.untilEvents(1);
  await under.quiet();
  assert.deepEqual(client.topicNames, [`v2.users.${otherUser}.conversations`]);
});

test('a channel whose token is worthless tells nothing more and is closed', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const id = await http.addConversation('call');
  const [revoked, expired] = [http.tokens.issue(supervisor), http.tokens.issue(supervisor)];
  const channels = [await under.channel(revoked, own), await under.channel(expired, own)];
  const clients = [];
  for (const channel of channels) clients.push(await under.connect(channel));
  await http.tokens.revoke(revoked, '');
  http.tokens.expire(expired);
  await pause(under, id);
  for (const client of clients) {
    assert.equal(await client.untilClosed(), 1008);
    assert.deepEqual(client.events, []);
    assert.equal(client.messages.at(-1)?.topicName, 'v2.system.socket_closing');
  }
});

test('a client that is told nothing is cut off from its revoked token at the next heartbeat', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await under.channel(under.http.tokens.issue(supervisor), own);
  const client = await under.connect(channel);
  await under.http.tokens.revoke(channel.token, '');
  await under.http.clock.pass(30_000);
  assert.equal(await client.untilClosed(), 1008);
});

test('a channel whose token is worthless takes no client', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await under.channel(under.http.tokens.issue(supervisor), own);
  under.http.tokens.expire(channel.token);
  await assert.rejects(under.connect(channel), { message: '401' });
});

test('a channel takes over the fresh token with which its owner asks about it', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await under.channel(http.tokens.issue(agentHere), own);
  const fresh = http.tokens.issue(agentHere);
  assert.equal((await http.send('HEAD', `${base}/channels/${channel.id}`, { token: fresh })).status, 200);
  await http.tokens.revoke(channel.token, '');
  const client = await under.connect(channel);
  await http.startCall();
  await client.untilEvents(1);
});

test('while nobody can say whose a token is nothing is told, and everything once somebody can', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await under.channel(http.tokens.issue(supervisor), own);
  const client = await under.connect(channel);
  await under.quiet();
  http.tokens.failure = new Error('the disk is gone');
  await http.startCall();
  await under.quiet();
  assert.deepEqual(client.events, []);
  assert.equal(client.closedWith, undefined);
  http.tokens.failure = undefined;
  await http.clock.pass(1_000);
  await client.untilEvents(1);
  await under.quiet();
  assert.deepEqual(client.numbers, [1]);
});

test('a token that is limited to scopes is told only of what they reach', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const call = await http.startCall();
  const topics = [own, allStates, recordingsOf(call.conversationId)];
  const outcomes = async (...scopes: readonly string[]): Promise<readonly string[]> => {
    const all = topics.map((topic) => outcome(under, { role: 'supervisor', scopes }, topic));
    return Promise.all(all);
  };
  const refused = '403 not.authorized';
  assert.deepEqual(await outcomes('notifications'), [refused, refused, refused]);
  assert.deepEqual(await outcomes('notifications', 'conversations:readonly'), ['permitted', 'permitted', refused]);
  assert.deepEqual(await outcomes('notifications', 'recordings'), [refused, refused, 'permitted']);
});
