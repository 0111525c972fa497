/** The doors through which conversations are read and found, whatever their media types. */
import { type ConversationQuery, Fault } from '@tacet/domain';
import { findConversations, readConversation } from '../control/index.ts';
import { type GuardedCall, type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { httpLimits } from './http-limits.ts';
import { ConversationModel, FoundConversationListing } from './models/conversation.ts';
import { pageNumberParameter, pageSizeParameter, placeIn } from './page-parameters.ts';
import { conversationIdOf } from './path-ids.ts';
import { type ChoiceParameter, choiceOf, type TextParameter, textOf } from './query.ts';
import { conversationModel, foundConversationModel } from './view-conversation.ts';
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
    description: 'Shows those of the divisions in which the permission is held.',
    access: ['tacet:conversation:view'],
    parameters: [
      stateParameter,
      addressParameter,
      sipCallIdParameter,
      externalIdParameter,
      pageSizeParameter,
      pageNumberParameter,
    ],
    answers: { 200: FoundConversationListing },
    answer: async (call) => {
      const { query, actor, url } = call;
      const { pageSize, pageNumber } = placeIn(query);
      const state = choiceOf(query, stateParameter);
      const participantAddress = textOf(query, addressParameter);
      const page = await findConversations(control, actor, {
        ...(state === undefined ? {} : { state }),
        ...(participantAddress === undefined ? {} : { participantAddress }),
        ...externalIdIn(call),
        limit: pageSize,
        offset: (pageNumber - 1) * pageSize,
      });
      const entities = page.items.map(foundConversationModel);
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
      answers: { 200: ConversationModel },
      answer: async (call) =>
        ok(conversationModel(await readConversation(control, call.actor, conversationIdOf(call)))),
    },
    findDoor(http),
  ];
}
