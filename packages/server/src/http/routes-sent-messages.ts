/** The doors through which those who take part in messages, posts and chats write; what they write is recorded. */
import { toIso } from '@tacet/domain';
import { findOrStartConversation, mediaTypeAmong, sendItem, takeItem, threadName } from '../control/index.ts';
import { type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  AdditionalMessage,
  AdditionalSocialMediaMessage,
  AgentlessMessage,
  AgentlessMessageSent,
  CreateWebChatMessageRequest,
  MessageData,
  SocialMediaMessageData,
  WebChatMessage,
} from './models/sent-message.ts';
import { communicationIdOf, conversationIdOf } from './path-ids.ts';
import { given } from './view-communication.ts';
import { messageDataModel } from './view-message.ts';
import { chatRole } from './view-transcript.ts';

const told = 'Tacet sends nothing to anybody: the message is recorded, or withheld while the conversation is paused.';
/** Attachments that were uploaded before are named by their ids. */
function attached({ mediaIds }: { readonly mediaIds?: readonly string[] | undefined }) {
  return given(
    'attachments',
    mediaIds?.map((id) => ({ id })),
  );
}

const communication = '{conversationId}/communications/{communicationId}';

function sendDoor({ control }: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:message:create', 'conversation:webmessaging:create'] } as const;
  return withBody({
    method: 'POST',
    path: `/api/v2/conversations/messages/${communication}/messages`,
    operation: 'postConversationsMessageCommunicationMessages',
    summary: 'Records a message of somebody who takes part.',
    description: told,
    access: access.permissions,
    body: AdditionalMessage,
    answers: { 200: MessageData },
    answer: async (call) => {
      const { actor, asked, body } = call;
      const ids = { conversationId: conversationIdOf(call), communicationId: communicationIdOf(call) };
      const head = { text: body.textBody, ...attached(body) };
      const sent = await sendItem(control, { actor, asked, access, ...ids, mediaType: 'message', head });
      return ok(messageDataModel({ ...sent, conversationId: ids.conversationId, at: toIso(sent.at) }));
    },
  });
}

function socialDoor({ control }: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:socialmedia:create'] } as const;
  return withBody({
    method: 'POST',
    path: `/api/v2/conversations/messages/${communication}/socialmedia/messages`,
    operation: 'postConversationsMessageCommunicationSocialmediaMessages',
    summary: 'Records a reply to a post, or to a message that came through a social medium.',
    description: told,
    access: access.permissions,
    body: AdditionalSocialMediaMessage,
    answers: { 200: SocialMediaMessageData },
    answer: async (call) => {
      const { actor, asked, body } = call;
      const { textBody, inReplyToMessageId } = body;
      const ids = { conversationId: conversationIdOf(call), communicationId: communicationIdOf(call) };
      const mediaType = await mediaTypeAmong(control, ['message', 'social'], ids);
      const metadata = inReplyToMessageId === undefined ? undefined : { inReplyToMessageId };
      const head = { ...given('text', textBody), ...attached(body), ...given('metadata', metadata) };
      const sent = await sendItem(control, { actor, asked, access, ...ids, mediaType, head });
      return ok(messageDataModel({ ...sent, conversationId: ids.conversationId, at: toIso(sent.at) }));
    },
  });
}

function agentlessDoor({ control }: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:message:create'], isAll: true } as const;
  const mediaType = 'message';
  return withBody({
    method: 'POST',
    path: '/api/v2/conversations/messages/agentless',
    operation: 'postConversationsMessagesAgentless',
    summary: 'Records a message that a program sends to somebody outside; begins the conversation where none goes on.',
    description: told,
    access: access.permissions,
    needsAll: true,
    body: AgentlessMessage,
    answers: { 200: AgentlessMessageSent },
    answer: async ({ actor, asked, body }) => {
      const { fromAddress, toAddress, toAddressMessengerType: messageType, textBody = '' } = body;
      const details = { messageType, toAddress, fromAddress };
      const joining = [
        { who: { purpose: 'acd', address: fromAddress }, direction: 'outbound' },
        { who: { purpose: 'customer', address: toAddress }, direction: 'outbound' },
      ] as const;
      const command = { actor, asked, access, mediaType, details, joining } as const;
      const { view } = await findOrStartConversation(control, threadName(messageType, fromAddress, toAddress), command);
      const [id, at] = [control.ids.next(), control.clock.now()];
      const to = [{ purpose: 'customer', address: toAddress }];
      const head = {
        id,
        kind: 'message',
        direction: 'outbound',
        from: { address: fromAddress },
        to,
        text: textBody,
      } as const;
      const item = { head, body: new Uint8Array() };
      const conversationId = view.conversation.id;
      await takeItem(control, { actor, asked, access, conversationId, mediaType, item });
      return ok({
        ...{ id, conversationId, fromAddress, toAddress, messengerType: messageType },
        message: messageDataModel({ item: head, at: toIso(at), conversationId, messengerType: messageType }),
        timestamp: toIso(at),
        selfUri: `/api/v2/conversations/messages/agentless/${id}`,
      });
    },
  });
}

function chatDoor({ control }: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:webchat:create'] } as const;
  return withBody({
    method: 'POST',
    path: `/api/v2/conversations/chats/${communication}/messages`,
    operation: 'postConversationsChatCommunicationMessages',
    summary: 'Records what somebody writes in a chat.',
    description: told,
    isDeprecated: true,
    access: access.permissions,
    isForParticipants: true,
    body: CreateWebChatMessageRequest,
    answers: { 200: WebChatMessage },
    answer: async (call) => {
      const { actor, asked, body } = call;
      const { bodyType = 'standard' } = body;
      const ids = { conversationId: conversationIdOf(call), communicationId: communicationIdOf(call) };
      const head = { text: body.body, contentType: bodyType };
      const writing = { actor, asked, access, isForParticipants: true, mediaType: 'chat', head } as const;
      const { item, at, from, conversation } = await sendItem(control, { ...writing, ...ids });
      const { id } = item;
      return ok({
        id,
        conversation: { id: conversation.id, selfUri: `/api/v2/conversations/chats/${conversation.id}` },
        sender: { id: ids.communicationId, ...given('displayName', from.name), role: chatRole(from.purpose) },
        body: body.body,
        bodyType,
        timestamp: toIso(at),
        selfUri: `/api/v2/conversations/chats/${conversation.id}/messages/${id}`,
      });
    },
  });
}

export function sentMessageDoors(http: HttpContext): readonly GuardedDoor[] {
  return [sendDoor(http), socialDoor(http), agentlessDoor(http), chatDoor(http)];
}
