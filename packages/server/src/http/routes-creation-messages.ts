/** The doors through which conversations of messages and chats begin; what is written goes to the recording alone. */
import { Fault, type QueueId } from '@tacet/domain';
import type { ItemAttachment, ItemHead } from '@tacet/media';
import type { Static } from 'typebox';
import {
  type FoundOrStarted,
  findOrStartConversation,
  type Joining,
  startConversation,
  takeItem,
  threadName,
} from '../control/index.ts';
import { uuidIn } from './body-ids.ts';
import { type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  CreateMessageRequest,
  CreateMessageResponse,
  CreateWebChatRequest,
  type MessageAttachment,
  OpenNormalizedMessage,
  OpenNormalizedMessageBody,
} from './models/creation.ts';
import { ChatConversation } from './models/media-conversation.ts';
import { given } from './view-communication.ts';
import { mediaConversationModel } from './view-media-conversation.ts';

/** In which conversation a request ended up whose answer has no place for that. */
export const conversationHeader = 'tacet-conversation-id';

function outboundDoor({ control }: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:message:create'], isAll: true } as const;
  return withBody({
    method: 'POST',
    path: '/api/v2/conversations/messages',
    operation: 'postConversationsMessages',
    summary: 'Begins a conversation of messages with somebody outside.',
    description:
      'With useExistingConversation the one that goes on with this address and queue is used; with false it is an error that ' +
      'there is one. Tacet sends no message.',
    access: access.permissions,
    needsAll: true,
    body: CreateMessageRequest,
    answers: { 200: CreateMessageResponse },
    answer: async ({ actor, asked, body }) => {
      const { toAddress, toAddressMessengerType: messageType, useExistingConversation } = body;
      const queueId = uuidIn<QueueId>('queueId', body.queueId);
      const details = { messageType, toAddress };
      const who = actor.userId === undefined ? { purpose: 'acd' as const } : { purpose: 'agent' as const };
      const inside = { who: { ...who, ...given('userId', actor.userId), queueId }, direction: 'outbound' } as const;
      const outside = { who: { purpose: 'customer', address: toAddress }, direction: 'outbound' } as const;
      const command = { actor, asked, access, mediaType: 'message', details, joining: [inside, outside] } as const;
      const name = threadName(messageType, queueId, toAddress);
      const { view, isNew }: FoundOrStarted = await findOrStartConversation(control, name, command);
      if (!isNew && useExistingConversation === false) throw new Fault('conversationExists');
      const { id } = view.conversation;
      return ok({ id, selfUri: `/api/v2/conversations/messages/${id}` });
    },
  });
}

type Sender = Static<typeof OpenNormalizedMessageBody>['channel']['from'];

function nameOf({ nickname, firstName, lastName }: Sender): string | undefined {
  return nickname ?? ([firstName, lastName].filter(Boolean).join(' ') || undefined);
}

/** The sender, and what the message was sent to: what waits there is not known to us. */
function sideOf({ channel }: Static<typeof OpenNormalizedMessageBody>): readonly Joining[] {
  const { from, to } = channel;
  const name = nameOf(from);
  return [
    { who: { purpose: 'customer', address: from.id, ...given('name', name) } },
    { who: { purpose: 'acd', address: to.id } },
  ];
}

/** The message as it is recorded: text, and what was said of attachments. */
function inboundItem(body: Static<typeof OpenNormalizedMessageBody>, freshId: string): ItemHead {
  const { id = freshId, channel, text, metadata, content = [] } = body;
  const attachments = content.flatMap(({ attachment }) => (attachment === undefined ? [] : [attachmentOf(attachment)]));
  return {
    id,
    kind: 'message',
    direction: 'inbound',
    ...given('sentAt', channel.time),
    from: { purpose: 'customer', address: channel.from.id, ...given('name', nameOf(channel.from)) },
    to: [{ purpose: 'acd', address: channel.to.id }],
    ...given('text', text),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...given('metadata', metadata),
  };
}

function attachmentOf({ id, url, mime, filename, contentSizeBytes }: Static<typeof MessageAttachment>): ItemAttachment {
  return {
    ...given('id', id),
    ...given('url', url),
    ...given('contentType', mime),
    ...given('name', filename),
    ...given('bytes', contentSizeBytes),
  };
}

function inboundDoor({ control }: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:message:receive'], isAll: true } as const;
  return withBody({
    method: 'POST',
    path: '/api/v2/conversations/messages/inbound/open',
    operation: 'postConversationsMessagesInboundOpen',
    summary: 'Takes note of a message from outside; begins the conversation of its sender where none goes on.',
    description:
      'Answers when the message is durable in the recording, or withheld because the conversation is paused. The header ' +
      `\`${conversationHeader}\` names the conversation. Receipts and events begin none, and are not recorded.`,
    isDeprecated: true,
    access: access.permissions,
    needsAll: true,
    body: OpenNormalizedMessageBody,
    answers: { 200: OpenNormalizedMessage },
    answer: async ({ actor, asked, body }) => {
      const { id, channel, type, direction } = body;
      const details = { messageType: 'open', toAddress: channel.to.id, fromAddress: channel.from.id };
      const command = { actor, asked, access, mediaType: 'message', details, joining: sideOf(body) } as const;
      const json = { ...given('id', id), channel, type, ...given('direction', direction) };
      if (type === 'Receipt' || type === 'Event' || direction === 'Outbound') return ok(json);
      const name = threadName('open', channel.to.id, channel.from.id);
      const { view } = await findOrStartConversation(control, name, command);
      const conversationId = view.conversation.id;
      const item = { head: inboundItem(body, control.ids.next()), body: new Uint8Array() };
      await takeItem(control, { actor, asked, access, conversationId, mediaType: 'message', item });
      return { ...ok(json), headers: { [conversationHeader]: conversationId } };
    },
  });
}

function chatDoor({ control }: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:webchat:create'] } as const;
  return withBody({
    method: 'POST',
    path: '/api/v2/conversations/chats',
    operation: 'postConversationsChats',
    summary: 'Begins a chat that waits in a queue.',
    isDeprecated: true,
    access: access.permissions,
    body: CreateWebChatRequest,
    answers: { 200: ChatConversation },
    answer: async ({ actor, asked, body }) => {
      const { provider, customerName, attributes } = body;
      const customer = {
        purpose: 'customer',
        ...given('name', customerName),
        ...given('attributes', attributes),
      } as const;
      const queueId = uuidIn<QueueId>('queueId', body.queueId);
      const view = await startConversation(control, {
        ...{ actor, asked, access, mediaType: 'chat' },
        details: { provider, roomId: control.ids.next() },
        joining: [{ who: customer }, { who: { purpose: 'acd', queueId } }],
      });
      return ok(mediaConversationModel('chat', view));
    },
  });
}

export function messageCreationDoors(http: HttpContext): readonly GuardedDoor[] {
  return [outboundDoor(http), inboundDoor(http), chatDoor(http)];
}
