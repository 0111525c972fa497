/** Contract models of messages that agents and programs send: `AdditionalMessage`, `MessageData` and their kin. */
import { limits } from '@tacet/domain';
import { type Static, Type } from 'typebox';
import { conversationLimits } from '../conversation-limits.ts';
import { messageTypes } from './creation.ts';
import { reference } from './participant.ts';

const { idCharactersMax } = conversationLimits;
const text = Type.Optional(Type.String());
const date = Type.String({ format: 'date-time' });
const address = Type.String({ minLength: 1, maxLength: limits.addressCharactersMax });
const mediaIds = Type.Optional(Type.Array(Type.String({ maxLength: idCharactersMax }), { maxItems: 100 }));

export const AdditionalMessage = Type.Object({ textBody: Type.String(), mediaIds }, { $id: 'AdditionalMessage' });

/** A reply to a post, or to a message that came through a social medium. */
export const AdditionalSocialMediaMessage = Type.Object(
  {
    textBody: text,
    mediaIds,
    inReplyToMessageId: Type.Optional(Type.String({ maxLength: idCharactersMax })),
  },
  { $id: 'AdditionalSocialMediaMessage' },
);

const messageData = {
  id: Type.String(),
  timestamp: date,
  fromAddress: text,
  toAddress: text,
  direction: Type.Enum(['inbound', 'outbound']),
  messengerType: text,
  status: Type.String(),
  normalizedMessage: Type.Object(
    { id: text, type: Type.Enum(['Text']), text, direction: text },
    { $id: 'ConversationNormalizedMessage' },
  ),
  conversationId: Type.String(),
  selfUri: Type.String(),
};
export const MessageData = Type.Object(messageData, { $id: 'MessageData' });
export const SocialMediaMessageData = Type.Object(messageData, { $id: 'SocialMediaMessageData' });
export type MessageDataModel = Static<typeof MessageData>;

export const AgentlessMessage = Type.Object(
  {
    fromAddress: address,
    toAddress: address,
    toAddressMessengerType: Type.Enum(messageTypes),
    textBody: text,
    externalContactId: Type.Optional(Type.String({ maxLength: idCharactersMax })),
    useExistingActiveConversation: Type.Optional(Type.Boolean()),
  },
  { $id: 'SendAgentlessOutboundMessageRequest' },
);
export const AgentlessMessageSent = Type.Object(
  {
    id: Type.String(),
    conversationId: Type.String(),
    fromAddress: address,
    toAddress: address,
    messengerType: Type.String(),
    useExistingActiveConversation: Type.Optional(Type.Boolean()),
    message: MessageData,
    timestamp: date,
    selfUri: Type.String(),
  },
  { $id: 'SendAgentlessOutboundMessageResponse' },
);

export const CreateWebChatMessageRequest = Type.Object(
  { body: Type.String(), bodyType: Type.Optional(Type.Enum(['standard', 'notice'])) },
  { $id: 'CreateWebChatMessageRequest' },
);
export const WebChatMessage = Type.Object(
  {
    id: Type.String(),
    conversation: reference,
    sender: Type.Object({ id: text, displayName: text, role: Type.String() }, { $id: 'WebChatMemberInfo' }),
    body: Type.String(),
    bodyType: Type.String(),
    timestamp: date,
    selfUri: Type.String(),
  },
  { $id: 'WebChatMessage' },
);
export type WebChatMessageModel = Static<typeof WebChatMessage>;

export const WebChatMessageEntityList = Type.Object(
  { entities: Type.Array(WebChatMessage), pageSize: Type.Integer() },
  { $id: 'WebChatMessageEntityList' },
);
