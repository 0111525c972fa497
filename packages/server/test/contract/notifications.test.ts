/** The official client makes channels and subscribes; what is told on them is in the contract's words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MediaType, mediaTypeRows } from '@tacet/domain';
import { agentUser } from '../http/http-under-test.ts';
import { agentScene } from './agent-scene.ts';
import { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';
import { refuses } from './documented-refusals.ts';
import { Listener } from './told-events.ts';
import { violations } from './violations.ts';

interface Channel {
  readonly id: string;
  readonly connectUri: string;
}

const topic = `v2.users.${agentUser}.conversations.calls`;
const body = [{ id: topic }];

async function channelOf(scene: ContractUnderTest): Promise<{ readonly channelId: string }> {
  return { channelId: (await scene.call<Channel>('postNotificationsChannels')).id };
}

covers('postNotificationsChannels', 'makes a channel', async (scene, operation) => {
  const { connectUri } = await scene.call<Channel>(operation);
  assert.match(connectUri, /^ws:\/\/127\.0\.0\.1:\d+\//);
});

covers('getNotificationsChannels', 'resolves to the channels of the token', async (scene, operation) => {
  const { channelId } = await channelOf(scene);
  assert.partialDeepStrictEqual(await scene.call(operation), { entities: [{ id: channelId }] });
  const options = { includechannels: 'oauthclient' };
  assert.partialDeepStrictEqual(await scene.call(operation, { options }), { entities: [{ id: channelId }] });
});

covers('headNotificationsChannel', 'resolves to nothing while the channel is there', async (scene, operation) => {
  const path = await channelOf(scene);
  assert.equal((await scene.call(operation, { path })) || undefined, undefined);
});

covers('{post,put}NotificationsChannelSubscriptions', 'subscribes', async (scene, operation) => {
  const path = await channelOf(scene);
  const topics = await scene.call(operation, { path, body });
  assert.partialDeepStrictEqual(topics, { entities: [{ id: topic }] });
});

covers(
  'postNotificationsChannelSubscriptions',
  'tells which topics are refused, if asked to go on',
  async (scene, operation) => {
    const path = await channelOf(scene);
    const token = scene.under.tokens.issue({ role: 'recorder-integration' });
    const own = { channelId: (await scene.call<Channel>('postNotificationsChannels', {}, token)).id };
    const recordings = `v2.users.${agentUser}.conversations.${path.channelId}.recordings`;
    const given = { path: own, body: [...body, { id: recordings }], options: { ignoreErrors: true } };
    const { entities } = await scene.call<{ readonly entities: readonly { readonly state?: string }[] }>(
      operation,
      given,
      token,
    );
    assert.ok(entities.some(({ state }) => state === 'Rejected'));
  },
);

covers('getNotificationsChannelSubscriptions', 'resolves to topics', async (scene, operation) => {
  const path = await channelOf(scene);
  await scene.call('putNotificationsChannelSubscriptions', { path, body });
  assert.partialDeepStrictEqual(await scene.call(operation, { path }), { entities: [{ id: topic }] });
});

covers('deleteNotificationsChannelSubscriptions', 'takes every topic away', async (scene, operation) => {
  const path = await channelOf(scene);
  await scene.call('putNotificationsChannelSubscriptions', { path, body });
  await scene.call(operation, { path });
  assert.partialDeepStrictEqual(await scene.call('getNotificationsChannelSubscriptions', { path }), { entities: [] });
});

covers(
  'getNotificationsAvailabletopics',
  'resolves to topics, with what is asked for of them',
  async (scene, operation) => {
    const options = { expand: ['description', 'requiresPermissions', 'schema', 'transports'], includePreview: true };
    const { entities } = await scene.call<{ readonly entities: readonly { readonly id: string }[] }>(operation, {
      options,
    });
    assert.ok(entities.some(({ id }) => id === 'v2.users.{id}.conversations.calls'));
    await scene.call(operation);
  },
);

refuses('putNotificationsChannelSubscriptions', { status: 400, code: 'notification.invalid.topic' }, async (scene) => ({
  path: await channelOf(scene),
  body: [{ id: 'v2.weather' }],
}));
refuses(
  'putNotificationsChannelSubscriptions',
  { status: 400, code: 'notification.subscription.too.many.subscriptions' },
  async (scene) => ({
    path: await channelOf(scene),
    body: Array.from({ length: 1_001 }, (_, at) => ({ id: `v2.users.${crypto.randomUUID()}.conversations.calls`, at })),
  }),
);

/** The contract's model of events about conversations as one media type sees them. */
const models: { readonly [type in MediaType]: string } = {
  call: 'ConversationCallEventTopicCallConversation',
  callback: 'ConversationCallbackEventTopicCallbackConversation',
  chat: 'ConversationChatEventTopicChatConversation',
  cobrowsesession: 'ConversationCobrowseEventTopicCobrowseConversation',
  email: 'ConversationEmailEventTopicEmailConversation',
  message: 'ConversationMessageEventTopicMessageConversation',
  screenshare: 'ConversationScreenShareEventTopicScreenShareConversation',
  social: 'ConversationSocialExpressionEventTopicSocialConversation',
  video: 'ConversationVideoEventTopicVideoConversation',
};

for (const { type, topicPart } of mediaTypeRows) {
  test(`a pause and a hold in a conversation of type ${type} are told in the models of events`, async () => {
    await using scene = await ContractUnderTest.start();
    const { path } = await agentScene(scene, type);
    const token = scene.under.tokens.issue({ role: 'supervisor', userId: agentUser });
    const whole = `v2.users.${agentUser}.conversations`;
    const part = `${whole}.${topicPart}`;
    await using listener = await Listener.on(scene, [whole, part], token);
    const changes: readonly (readonly [operation: string, body: object])[] = [
      ['patchConversationRecordingstate', { recordingState: 'PAUSED' }],
      ['patchConversationParticipant', { held: true, wrapup: { code: 'sold' } }],
      ['patchConversationParticipant', { state: 'disconnected' }],
    ];
    for (const [operation, change] of changes) {
      await scene.call(operation, { path, body: change }, token);
      const { eventBody } = await listener.next(whole);
      assert.equal(eventBody['id'], path.conversationId);
      assert.deepEqual(violations('ConversationEventTopicConversation', eventBody), [], operation);
      assert.deepEqual(violations(models[type], (await listener.next(part)).eventBody), [], operation);
    }
  });
}

test('a recording that becomes available is told in the model of events', async () => {
  await using scene = await ContractUnderTest.start();
  const { path } = await agentScene(scene);
  const recordings = `v2.users.${agentUser}.conversations.${path.conversationId}.recordings`;
  await using listener = await Listener.on(scene, [recordings]);
  await scene.call('deleteConversation', { path });
  const { eventBody } = await listener.next(recordings);
  assert.equal(eventBody['conversationId'], path.conversationId);
  assert.deepEqual(violations('RecordingEventRecording', eventBody), []);
});
