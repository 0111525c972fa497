/** The doors through which conversations are read and found. */
import { type ConversationQuery, Fault, mediaTypesOf } from '@tacet/domain';
import { findConversations, readConversation } from '../control/index.ts';
import { type GuardedCall, type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { httpLimits } from './http-limits.ts';
import { conversationIdOf } from './path-ids.ts';
import {
  type ChoiceParameter,
  choiceOf,
  type IntegerParameter,
  integerOf,
  type TextParameter,
  textOf,
} from './query.ts';
import { callConversationModel } from './view-call-conversation.ts';
import { conversationModel } from './view-conversation.ts';
import { listing } from './view-page.ts';

const stateParameter: ChoiceParameter<'active' | 'ended'> = {
  kind: 'choice',
  name: 'state',
  values: ['active', 'ended'],
};
const searchText = (name: string): TextParameter => ({
  kind: 'text',
  name,
  charactersMax: httpLimits.searchCharactersMax,
});
const addressParameter = searchText('participantAddress');
const sipCallIdParameter = searchText('sipCallId');
const externalIdParameter = searchText('externalId');
const pageSizeParameter: IntegerParameter = {
  kind: 'integer',
  name: 'pageSize',
  minimum: 1,
  maximum: httpLimits.pageItemsMax,
  fallback: httpLimits.pageItems,
};
const pageNumberParameter: IntegerParameter = {
  kind: 'integer',
  name: 'pageNumber',
  minimum: 1,
  maximum: httpLimits.pageNumberMax,
  fallback: 1,
};

function externalIdIn({ query }: GuardedCall): Pick<ConversationQuery, 'externalId'> {
  const sipCallId = textOf(query, sipCallIdParameter);
  const value = textOf(query, externalIdParameter);
  if (sipCallId !== undefined && value !== undefined) {
    throw new Fault('valueInvalid', { parameter: 'externalId', allowed: ['none beside sipCallId'] });
  }
  if (sipCallId !== undefined) return { externalId: { name: 'sipCallId', value: sipCallId } };
  return value === undefined ? {} : { externalId: { value } };
}

function findDoor({ control }: HttpContext): GuardedDoor {
  return {
    method: 'GET',
    path: '/tacet/v1/conversations',
    operation: 'findConversations',
    summary: 'Finds conversations by state, by the address of a participant and by ids of other systems.',
    access: ['tacet:conversation:view'],
    parameters: [
      stateParameter,
      addressParameter,
      sipCallIdParameter,
      externalIdParameter,
      pageSizeParameter,
      pageNumberParameter,
    ],
    answers: { 200: 'ConversationListing' },
    answer: async (call) => {
      const { query, actor, url } = call;
      const pageSize = integerOf(query, pageSizeParameter);
      const pageNumber = integerOf(query, pageNumberParameter);
      const state = choiceOf(query, stateParameter);
      const participantAddress = textOf(query, addressParameter);
      const page = await findConversations(control, actor, {
        ...(state === undefined ? {} : { state }),
        ...(participantAddress === undefined ? {} : { participantAddress }),
        ...externalIdIn(call),
        limit: pageSize,
        offset: (pageNumber - 1) * pageSize,
      });
      const entities = page.items.map((view) => ({
        ...conversationModel(view),
        externalIds: view.conversation.externalIds,
      }));
      return ok(listing(entities, { url, pageSize, pageNumber, total: page.total }));
    },
  };
}

export function conversationDoors(http: HttpContext): readonly GuardedDoor[] {
  const { control } = http;
  return [
    {
      method: 'GET',
      path: '/api/v2/conversations/{conversationId}',
      operation: 'getConversation',
      summary: 'A conversation with its participants and their communications.',
      access: ['conversation:communication:view'],
      isForParticipants: true,
      answers: { 200: 'Conversation' },
      answer: async (call) =>
        ok(conversationModel(await readConversation(control, call.actor, conversationIdOf(call)))),
    },
    {
      method: 'GET',
      path: '/api/v2/conversations/calls/{conversationId}',
      operation: 'getConversationsCall',
      summary: 'The calls of a conversation.',
      access: ['conversation:communication:view'],
      isForParticipants: true,
      answers: { 200: 'CallConversation' },
      answer: async (call) => {
        const conversationId = conversationIdOf(call);
        const view = await readConversation(control, call.actor, conversationId);
        if (!mediaTypesOf(view.conversation).has('call')) throw new Fault('conversationUnknown', { conversationId });
        return ok(callConversationModel(view));
      },
    },
    findDoor(http),
  ];
}
