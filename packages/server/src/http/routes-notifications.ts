/** The doors to notification channels; what is told through them goes over sockets. */
import { toIso } from '@tacet/domain';
import { type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  AvailableTopicEntityListing,
  Channel,
  ChannelEntityListing,
  ChannelTopicEntityListing,
  ChannelTopics,
} from './models/notification.ts';
import type { ChannelPortFacts, TopicPortOutcome } from './ports.ts';
import { type ChoiceParameter, choiceOf, choicesOf } from './query.ts';
import { type TopicMember, topicMembers, topicModel } from './view-topic.ts';

const base = '/api/v2/notifications';
const subscriptions = `${base}/channels/{channelId}/subscriptions`;

const flag = (name: string): ChoiceParameter => ({ kind: 'choice', name, values: ['true', 'false'] });
const scopeParameter: ChoiceParameter<'token' | 'oauthclient'> = {
  kind: 'choice',
  name: 'includechannels',
  values: ['token', 'oauthclient'],
};
const expandParameter: ChoiceParameter<TopicMember> = {
  kind: 'choice',
  name: 'expand',
  values: topicMembers,
  isList: true,
};
const previewParameter = flag('includePreview');
const ignoreParameter = flag('ignoreErrors');

function channelModel({ publicUrl }: GuardedCall, { id, path, expiresAt }: ChannelPortFacts) {
  return { id, connectUri: `${publicUrl.replace(/^http/, 'ws')}${path}`, expires: toIso(expiresAt) };
}

function idOf({ path }: Pick<GuardedCall, 'path'>): string {
  return path['channelId'] ?? '';
}

function topicsModel(call: Pick<GuardedCall, 'path'>, outcomes: readonly TopicPortOutcome[]) {
  const selfUri = `${base}/channels/${idOf(call)}/subscriptions`;
  return { entities: outcomes.map((outcome) => ({ ...outcome, selfUri })) };
}

function subscribeDoor({ notifications }: HttpContext, method: 'POST' | 'PUT'): GuardedDoor {
  const replaces = method === 'PUT';
  return withBody({
    method,
    path: subscriptions,
    operation: `${method.toLowerCase()}NotificationsChannelSubscriptions`,
    summary: replaces
      ? 'Subscribes a channel to these topics and no others.'
      : 'Subscribes a channel to further topics.',
    description:
      'The channel then lives on for a day. Topics are judged one by one; without `ignoreErrors` one that is refused refuses all.',
    access: [],
    parameters: [ignoreParameter],
    body: ChannelTopics,
    answers: { 200: ChannelTopicEntityListing },
    answer: async (call) => {
      const ignoresErrors = choiceOf(call.query, ignoreParameter) === 'true';
      const ids = call.body.map(({ id }) => id);
      return ok(topicsModel(call, await notifications.subscribe(call, idOf(call), { ids, replaces, ignoresErrors })));
    },
  });
}

function channelDoors({ notifications }: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'POST',
      path: `${base}/channels`,
      operation: 'postNotificationsChannels',
      summary: 'Makes a channel, through which a WebSocket client is told of events.',
      description:
        'A user and client have up to 20; one more takes the place of one without a client, or else of the least used.',
      access: [],
      answers: { 200: Channel },
      answer: async (call) => ok(channelModel(call, notifications.makeChannel(call))),
    },
    {
      method: 'GET',
      path: `${base}/channels`,
      operation: 'getNotificationsChannels',
      summary: 'Channels of the caller: of this token, or of all tokens of this user and client.',
      access: [],
      parameters: [scopeParameter],
      answers: { 200: ChannelEntityListing },
      answer: async (call) => {
        const channels = notifications.channelsOf(call, choiceOf(call.query, scopeParameter) ?? 'token');
        return ok({ entities: channels.map((channel) => channelModel(call, channel)) });
      },
    },
    {
      method: 'HEAD',
      path: `${base}/channels/{channelId}`,
      operation: 'headNotificationsChannel',
      summary: 'Whether the channel is there and is the caller’s.',
      access: [],
      answers: { 200: undefined },
      answer: async (call) => {
        notifications.demandChannel(call, idOf(call));
        return { status: 200 };
      },
    },
  ];
}

export function notificationDoors(http: HttpContext): readonly GuardedDoor[] {
  const { notifications } = http;
  return [
    ...channelDoors(http),
    {
      method: 'GET',
      path: subscriptions,
      operation: 'getNotificationsChannelSubscriptions',
      summary: 'The topics of a channel.',
      access: [],
      answers: { 200: ChannelTopicEntityListing },
      answer: async (call) => ok(topicsModel(call, notifications.topicsOf(call, idOf(call)))),
    },
    subscribeDoor(http, 'POST'),
    subscribeDoor(http, 'PUT'),
    {
      method: 'DELETE',
      path: subscriptions,
      operation: 'deleteNotificationsChannelSubscriptions',
      summary: 'Takes every topic from a channel.',
      access: [],
      answers: { 204: undefined },
      answer: async (call) => {
        await notifications.subscribe(call, idOf(call), { ids: [], replaces: true, ignoresErrors: false });
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: `${base}/availabletopics`,
      operation: 'getNotificationsAvailabletopics',
      summary: 'Every topic there is, with what of it is asked for.',
      access: [],
      parameters: [expandParameter, previewParameter],
      answers: { 200: AvailableTopicEntityListing },
      answer: async ({ query }) => {
        // There are no preview topics that could be left out.
        choiceOf(query, previewParameter);
        const wanted = choicesOf(query, expandParameter);
        return ok({ entities: notifications.topics().map((topic) => topicModel(topic, wanted)) });
      },
    },
  ];
}
