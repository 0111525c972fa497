/** The doors through which conversations are read as one media type sees them; six of the nine types have such a view. */
import { Fault, mediaTypesOf } from '@tacet/domain';
import type { TSchema } from 'typebox';
import { ownConversations, readConversation } from '../control/index.ts';
import { type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  CallbackConversation,
  CallbackConversationListing,
  CallConversation,
  CallConversationListing,
  ChatConversation,
  ChatConversationListing,
  CobrowseConversation,
  CobrowseConversationListing,
  EmailConversation,
  EmailConversationListing,
  MessageConversation,
  MessageConversationListing,
} from './models/media-conversation.ts';
import { ownPageParameters, ownPlaceIn } from './own-page.ts';
import { conversationIdOf } from './path-ids.ts';
import { mediaConversationModel, type OwnModelType } from './view-media-conversation.ts';
import { listing } from './view-page.ts';

interface Row {
  readonly type: OwnModelType;
  readonly apiPath: string;
  /** As the official clients call it: `getConversations` followed by this, and by this and an s for the list. */
  readonly name: string;
  /** What one of them is called in a sentence. */
  readonly noun: string;
  readonly model: TSchema;
  readonly list: TSchema;
  readonly isDeprecated?: true;
}

const rows: readonly Row[] = [
  {
    type: 'call',
    apiPath: 'calls',
    name: 'Call',
    noun: 'calls',
    model: CallConversation,
    list: CallConversationListing,
  },
  {
    type: 'callback',
    apiPath: 'callbacks',
    name: 'Callback',
    noun: 'callbacks',
    model: CallbackConversation,
    list: CallbackConversationListing,
  },
  {
    type: 'email',
    apiPath: 'emails',
    name: 'Email',
    noun: 'e-mails',
    model: EmailConversation,
    list: EmailConversationListing,
  },
  {
    type: 'message',
    apiPath: 'messages',
    name: 'Message',
    noun: 'messages',
    model: MessageConversation,
    list: MessageConversationListing,
  },
  {
    type: 'cobrowsesession',
    apiPath: 'cobrowsesessions',
    name: 'Cobrowsesession',
    noun: 'co-browsing sessions',
    model: CobrowseConversation,
    list: CobrowseConversationListing,
  },
  {
    type: 'chat',
    apiPath: 'chats',
    name: 'Chat',
    noun: 'chats',
    model: ChatConversation,
    list: ChatConversationListing,
    // Newer versions of the contract have no chats any more; older clients call them.
    isDeprecated: true,
  },
];

/** Participants need no permission (contract: NO); others need the one to view communications. */
function readDoor({ control }: HttpContext, { type, apiPath, name, noun, model, isDeprecated }: Row): GuardedDoor {
  return {
    method: 'GET',
    path: `/api/v2/conversations/${apiPath}/{conversationId}`,
    operation: `getConversations${name}`,
    summary: `The ${noun} of a conversation.`,
    ...(isDeprecated === true ? { isDeprecated } : {}),
    access: ['conversation:communication:view'],
    isForParticipants: true,
    answers: { 200: model },
    answer: async (call) => {
      const conversationId = conversationIdOf(call);
      const view = await readConversation(control, call.actor, conversationId);
      // Rule: a conversation is there at the door of a media type only if it has one
      if (!mediaTypesOf(view.conversation).has(type)) throw new Fault('conversationUnknown', { conversationId });
      return ok(mediaConversationModel(type, view));
    },
  };
}

function listDoor({ control }: HttpContext, { type, apiPath, name, noun, list, isDeprecated }: Row): GuardedDoor {
  return {
    method: 'GET',
    path: `/api/v2/conversations/${apiPath}`,
    operation: `getConversations${name}s`,
    summary: `Conversations that go on and in which the user has ${noun}.`,
    ...(isDeprecated === true ? { isDeprecated } : {}),
    access: [],
    needsUser: true,
    parameters: ownPageParameters,
    answers: { 200: list },
    answer: async ({ actor, query, url }) => {
      const { pageSize, pageNumber, ...place } = ownPlaceIn(query);
      const page = await ownConversations(control, actor, { ...place, mediaType: type });
      const entities = page.items.map((view) => mediaConversationModel(type, view));
      return ok(listing(entities, { url, pageSize, pageNumber, total: page.total }));
    },
  };
}

export function mediaConversationDoors(http: HttpContext): readonly GuardedDoor[] {
  return rows.flatMap((row) => [listDoor(http, row), readDoor(http, row)]);
}
