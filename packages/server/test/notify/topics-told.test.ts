/** What is told under which topic, and in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type MediaType, mediaTypeRows } from '@tacet/domain';
import { Check, Clean } from 'typebox/value';
import { topicRows } from '../../src/notify/topics.ts';
import { agentUser, type HttpUnderTest, type StartedCall } from '../http/http-under-test.ts';
import { NotifyUnderTest } from './notify-under-test.ts';
import type { Message, SocketClient } from './socket-client.ts';

const own = `v2.users.${agentUser}.conversations`;
const queueId = '00000000-0000-4000-8000-00000000000a';
const ofQueue = `v2.routing.queues.${queueId}.conversations`;
const states = 'v2.tacet.conversations.recordingstate';

async function clientFor(under: NotifyUnderTest, ...topics: readonly string[]): Promise<SocketClient> {
  return under.connect(await under.channel(under.http.tokens.issue({ role: 'admin' }), ...topics));
}

async function setState(http: HttpUnderTest, { conversationId }: StartedCall, state: string): Promise<void> {
  const token = http.tokens.issue({ role: 'supervisor', name: 'CRM' });
  await http.setState(`calls/${conversationId}/recordingstate`, state, token);
}

/** Whether the body is of the schema that is published for the topic, and has no member beyond. */
function fits(message: Message | undefined, pattern: string): boolean {
  const row = topicRows.find((one) => one.pattern === pattern) ?? assert.fail();
  const body = message?.eventBody;
  return Check(row.body, body) && isDeepStrictEqual(Clean(row.body, structuredClone(body)), body);
}

function bodiesOf(client: SocketClient, topic: string): readonly Message['eventBody'][] {
  return client.events.filter(({ topicName }) => topicName === topic).map(({ eventBody }) => eventBody);
}

test('a pause of a call shows in the events of its user, in lower case', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const call = await http.startCall();
  const client = await clientFor(under, own, `${own}.calls`, `${own}.emails`);
  await setState(http, call, 'PAUSED');
  const [whole, calls] = await client.untilEvents(2);
  assert.deepEqual(client.topicNames, [own, `${own}.calls`]);
  assert.deepEqual([whole?.version, calls?.version], ['2', '2']);
  assert.partialDeepStrictEqual(whole?.eventBody, {
    id: call.conversationId,
    recordingState: 'paused',
    securePause: true,
    participants: [
      {
        purpose: 'customer',
        calls: [{ state: 'connected', recordingState: 'paused', securePause: true, recording: false, held: false }],
      },
      { userId: agentUser, calls: [{ recordersState: { customerExperienceState: 'PAUSED', adhocState: 'NONE' } }] },
    ],
  });
  assert.partialDeepStrictEqual(calls?.eventBody, {
    id: call.conversationId,
    recordingState: 'paused',
    securePause: true,
    participants: [{ recordingState: 'paused' }, { user: { id: agentUser }, recordingState: 'paused' }],
    otherMediaUris: [],
  });
  assert.ok(fits(whole, 'v2.users.{id}.conversations'));
  assert.ok(fits(calls, 'v2.users.{id}.conversations.calls'));
});

test('the recording state of a conversation is told with actor, reason, cause, begin and end', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const call = await http.startCall();
  const one = `v2.tacet.conversations.${call.conversationId}.recordingstate`;
  const client = await clientFor(under, one, states);
  await setState(http, call, 'PAUSED');
  const closedAt = new Date(http.clock.now()).toISOString();
  http.clock.advance(2_500);
  await setState(http, call, 'ACTIVE');
  const openedAt = new Date(http.clock.now()).toISOString();
  await client.untilEvents(4);
  const [paused, resumed] = bodiesOf(client, one);
  const { spanId, requestId, ...rest } = paused ?? {};
  assert.deepEqual(rest, {
    conversationId: call.conversationId,
    state: 'paused',
    securePause: true,
    dateChanged: closedAt,
    actor: {
      clientId: '00000000-0000-4000-8000-00000000c11e',
      name: 'CRM',
      door: 'PUT /api/v2/conversations/calls/{conversationId}/recordingstate',
    },
    cause: 'securePause',
    reason: 'SecurePause',
    closedAt,
  });
  assert.partialDeepStrictEqual(resumed, { state: 'active', securePause: false, spanId, closedAt, openedAt });
  assert.deepEqual(bodiesOf(client, states), [paused, resumed]);
  const [first] = client.events;
  assert.deepEqual(first?.metadata, {
    CorrelationId: requestId,
    number: client.numbers[0],
    position: `${client.numbers[0]}-${one}`,
  });
  for (const message of client.events) assert.ok(fits(message, states));
});

test('each media type has a topic of its own, for users and for queues, with a body of its own', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  for (const { type, topicPart } of mediaTypeRows) {
    const topics = [`${own}.${topicPart}`, `${ofQueue}.${topicPart}`];
    const client = await clientFor(under, own, ofQueue, ...topics);
    const others = mediaTypeRows.filter((row) => row.type !== type).map((row) => `${own}.${row.topicPart}`);
    const silent = await clientFor(under, ...others);
    await startOf(http, type);
    await client.untilEvents(4);
    assert.deepEqual(new Set(client.topicNames), new Set([own, ofQueue, ...topics]), type);
    const [ofUser] = bodiesOf(client, topics[0] ?? '');
    assert.deepEqual(bodiesOf(client, topics[1] ?? ''), [ofUser]);
    const message = client.events.find(({ topicName }) => topicName === topics[0]);
    assert.ok(fits(message, `v2.users.{id}.conversations.${topicPart}`), type);
    assert.ok(fits(client.events[0], 'v2.routing.queues.{id}.conversations'), type);
    assert.equal('recordingState' in (ofUser ?? {}), type === 'call', 'only calls have a state of their own');
    await under.quiet();
    assert.deepEqual(silent.events, []);
  }
});

/** A conversation of the type, with attributes, in a queue. */
async function startOf(http: HttpUnderTest, mediaType: MediaType): Promise<void> {
  const id = await http.addConversation(mediaType);
  const stored = (await http.control.store.conversation(id)) ?? assert.fail();
  const participants = stored.participants.map((participant) => ({
    ...participant,
    queueId: queueId as never,
    attributes: { card: 'remembered' },
  }));
  await http.control.store.commit({ conversations: [{ ...stored, participants }] });
}

test('attributes of participants are in bodies whose contract has them, and nowhere else', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const recordings = (id: string): string => `v2.users.${agentUser}.conversations.${id}.recordings`;
  const call = await http.startCall();
  const client = await clientFor(under, own, `${own}.calls`, states, recordings(call.conversationId));
  const stored = (await http.control.store.conversation(call.conversationId)) ?? assert.fail();
  const participants = stored.participants.map((one) => ({ ...one, attributes: { card: 'remembered' } }));
  const live = http.control.live.get(call.conversationId) ?? assert.fail();
  live.conversation = { ...stored, participants };
  await http.control.store.commit({ conversations: [live.conversation] });
  await setState(http, call, 'PAUSED');
  await http.endCall(call);
  await client.until(() => client.topicNames.includes(recordings(call.conversationId)));
  await under.quiet();
  const mentions = (topic: string): boolean => JSON.stringify(bodiesOf(client, topic)).includes('remembered');
  assert.deepEqual([own, `${own}.calls`].map(mentions), [true, true]);
  assert.deepEqual([states, recordings(call.conversationId)].map(mentions), [false, false]);
  assert.deepEqual(
    bodiesOf(client, states).map(({ state }) => state),
    ['paused'],
  );
});

test('events that came before a subscription are not told, and those of topics that were taken away neither', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const call = await http.startCall();
  const channel = await under.channel(http.tokens.issue({ role: 'supervisor' }), own);
  await setState(http, call, 'PAUSED');
  await under.subscribe(channel, states);
  const client = await under.connect(channel);
  await client.untilEvents(1);
  await setState(http, call, 'ACTIVE');
  await client.untilEvents(3);
  assert.deepEqual(client.topicNames, [own, own, states]);
  await http.send('DELETE', `/api/v2/notifications/channels/${channel.id}/subscriptions`, { token: channel.token });
  await setState(http, call, 'PAUSED');
  await under.quiet();
  assert.equal(client.events.length, 3);
});
