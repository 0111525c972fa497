/** The doors to the conversations of the user who asks, and to what that user may have in them. */
import { limits, mediaTypes } from '@tacet/domain';
import { ownCalls, ownConversations, userOf } from '../control/index.ts';
import { type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { intervalIn, intervalParameter } from './interval-parameter.ts';
import { CallHistoryListing, MaxParticipants } from './models/call-history.ts';
import { ConversationEntityListing } from './models/conversation.ts';
import { ownPageParameters, ownPlaceIn } from './own-page.ts';
import { pageNumberParameter, pageSizeParameter, placeIn } from './page-parameters.ts';
import { type ChoiceParameter, choiceOf } from './query.ts';
import { callHistoryModel } from './view-call-history.ts';
import { conversationModel } from './view-conversation.ts';
import { listing } from './view-page.ts';

const typeParameter: ChoiceParameter<(typeof mediaTypes)[number]> = {
  kind: 'choice',
  name: 'communicationType',
  values: mediaTypes,
};

function listDoor({ control }: HttpContext): GuardedDoor {
  return {
    method: 'GET',
    path: '/api/v2/conversations',
    operation: 'getConversations',
    summary: 'Conversations that go on and in which the user takes part.',
    access: [],
    needsUser: true,
    parameters: [typeParameter, ...ownPageParameters],
    answers: { 200: ConversationEntityListing },
    answer: async ({ actor, query, url }) => {
      const { pageSize, pageNumber, ...place } = ownPlaceIn(query);
      const mediaType = choiceOf(query, typeParameter);
      const type = mediaType === undefined ? {} : { mediaType };
      const page = await ownConversations(control, actor, { ...place, ...type });
      const entities = page.items.map(conversationModel);
      return ok(listing(entities, { url, pageSize, pageNumber, total: page.total }));
    },
  };
}

function historyDoor({ control }: HttpContext): GuardedDoor {
  return {
    method: 'GET',
    path: '/api/v2/conversations/calls/history',
    operation: 'getConversationsCallsHistory',
    summary: 'The calls that the user had, newest first.',
    access: [],
    needsUser: true,
    parameters: [pageSizeParameter, pageNumberParameter, intervalParameter],
    answers: { 200: CallHistoryListing },
    answer: async ({ actor, query, url }) => {
      const { pageSize, pageNumber } = placeIn(query);
      const started = intervalIn(query);
      const when = started === undefined ? {} : { started };
      const place = { limit: pageSize, offset: (pageNumber - 1) * pageSize };
      const page = await ownCalls(control, actor, { ...place, ...when });
      const userId = userOf(actor);
      const entities = page.items.map((view) => callHistoryModel(view, userId, control.findUser));
      return ok(listing(entities, { url, pageSize, pageNumber, total: page.total }));
    },
  };
}

export function ownConversationDoors(http: HttpContext): readonly GuardedDoor[] {
  return [
    listDoor(http),
    historyDoor(http),
    {
      method: 'GET',
      path: '/api/v2/conversations/calls/maximumconferenceparties',
      operation: 'getConversationsCallsMaximumconferenceparties',
      summary: 'How many participants a conversation may have.',
      access: [],
      answers: { 200: MaxParticipants },
      answer: async () => ok({ maxParticipants: limits.participantsPerConversationMax }),
    },
  ];
}
