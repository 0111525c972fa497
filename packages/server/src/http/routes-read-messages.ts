/** The doors through which those who take part read what was written; what was withheld is not there. */
import type { ConversationId } from '@tacet/domain';
import { mediaTypeAmong } from '../control/index.ts';
import { type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  MessageData,
  WebChatMessage,
  WebChatMessageEntityList,
  type WebChatMessageModel,
} from './models/sent-message.ts';
import { conversationIdOf } from './path-ids.ts';
import { given } from './view-communication.ts';
import { messageDataModel } from './view-message.ts';
import { chatRole } from './view-transcript.ts';
import { oneIn, type Written, writtenIn } from './written-items.ts';

function chatMessage(conversationId: ConversationId, { item, at }: Written): WebChatMessageModel {
  const { id, from, text = '', contentType = 'standard' } = item;
  const path = `/api/v2/conversations/chats/${conversationId}`;
  return {
    id,
    conversation: { id: conversationId, selfUri: path },
    sender: {
      ...given('id', from?.communicationId),
      ...given('displayName', from?.name),
      role: chatRole(from?.purpose),
    },
    body: text,
    bodyType: contentType,
    timestamp: at,
    selfUri: `${path}/messages/${id}`,
  };
}

function chatDoors(http: HttpContext): readonly GuardedDoor[] {
  const access = { permissions: ['conversation:communication:view'] } as const;
  const wanted = { mediaType: 'chat', access, isForParticipants: true } as const;
  const shared = { method: 'GET', access: access.permissions, isForParticipants: true, isDeprecated: true } as const;
  const path = '/api/v2/conversations/chats/{conversationId}/messages';
  return [
    {
      ...shared,
      path,
      operation: 'getConversationsChatMessages',
      summary: 'What was written in a chat and is in its recording.',
      answers: { 200: WebChatMessageEntityList },
      answer: async (call) => {
        const id = conversationIdOf(call);
        const entities = (await writtenIn(http, call, wanted)).map((one) => chatMessage(id, one));
        return ok({ entities, pageSize: entities.length });
      },
    },
    {
      ...shared,
      path: `${path}/{messageId}`,
      operation: 'getConversationsChatMessage',
      summary: 'One message of a chat.',
      answers: { 200: WebChatMessage },
      answer: async (call) => ok(chatMessage(conversationIdOf(call), await oneIn(http, call, wanted))),
    },
  ];
}

function messageDoor(http: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:message:view', 'conversation:webmessaging:view'] } as const;
  return {
    method: 'GET',
    path: '/api/v2/conversations/messages/{conversationId}/messages/{messageId}',
    operation: 'getConversationsMessageMessage',
    summary: 'One message of a conversation, as it was recorded.',
    access: access.permissions,
    answers: { 200: MessageData },
    answer: async (call) => {
      const conversationId = conversationIdOf(call);
      const mediaType = await mediaTypeAmong(http.control, ['message', 'social'], { conversationId });
      const { item, at } = await oneIn(http, call, { mediaType, access });
      return ok(messageDataModel({ item, at, conversationId }));
    },
  };
}

export function readMessageDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...chatDoors(http), messageDoor(http)];
}
