/** Contract models with which conversations begin. Content that they carry is never logged. */
import { limits } from '@tacet/domain';
import { Type } from 'typebox';
import { conversationLimits } from '../conversation-limits.ts';
import { reference } from './participant.ts';

const { nameCharactersMax, idCharactersMax, callbackNumbersMax, bulkCallbacksMax } = conversationLimits;
const optional = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const address = Type.String({ minLength: 1, maxLength: limits.addressCharactersMax });
const name = optional(nameCharactersMax);
const id = optional(idCharactersMax);
const date = Type.String({ format: 'date-time' });
const flag = Type.Optional(Type.Boolean());
/** Said and not heard: Tacet sends and routes nothing. */
const ids = Type.Optional(Type.Array(Type.String({ maxLength: idCharactersMax }), { maxItems: 100 }));
const priority = Type.Optional(Type.Integer());
const content = Type.Optional(Type.String({ description: 'Content: recorded, and never logged.' }));
export const attributes = Type.Record(Type.String(), Type.String());

const numbers = Type.Array(address, { maxItems: callbackNumbersMax });

const callback = {
  callbackNumbers: Type.Optional(numbers),
  callbackUserName: name,
  callbackScheduledTime: Type.Optional(date),
  queueId: Type.Optional(Type.String({ format: 'uuid' })),
  routingData: Type.Optional(Type.Object({ queueId: Type.Optional(Type.String({ format: 'uuid' })) })),
  scriptId: id,
  callerId: optional(limits.addressCharactersMax),
  callerIdName: name,
  countryCode: name,
  validateCallbackNumbers: flag,
  data: Type.Optional(attributes),
  customerFirstCallbackDeliveryMode: name,
};
export const CreateCallbackCommand = Type.Object(callback, { $id: 'CreateCallbackCommand' });
export const CreateCallbackOnConversationCommand = Type.Object(callback, {
  $id: 'CreateCallbackOnConversationCommand',
});

const callbackAnswer = {
  conversation: reference,
  callbackIdentifiers: Type.Array(
    Type.Object({ type: Type.Enum(['ACD', 'EXTERNAL']), id: Type.String() }, { $id: 'CallbackIdentifier' }),
  ),
};
export const CreateCallbackResponse = Type.Object(callbackAnswer, { $id: 'CreateCallbackResponse' });
export const PatchCallbackResponse = Type.Object(callbackAnswer, { $id: 'PatchCallbackResponse' });

export const PatchCallbackRequest = Type.Object(
  {
    conversationId: Type.String({ maxLength: idCharactersMax }),
    agentId: Type.String({ format: 'uuid' }),
    queueId: Type.Optional(Type.String({ format: 'uuid' })),
    callbackScheduledTime: Type.Optional(date),
    countryCode: name,
    callbackNumbers: Type.Optional(Type.Array(address, { minItems: 1, maxItems: callbackNumbersMax })),
    validateCallbackNumbers: flag,
    customerFirstCallbackDeliveryMode: name,
  },
  { $id: 'PatchCallbackRequest' },
);
export const BulkCallbackPatchRequest = Type.Object(
  { patchCallbackRequests: Type.Array(PatchCallbackRequest, { minItems: 1, maxItems: bulkCallbacksMax }) },
  { $id: 'BulkCallbackPatchRequest' },
);
export const BulkCallbackPatchResponse = Type.Object(
  {
    results: Type.Array(
      Type.Object({
        entity: Type.Optional(PatchCallbackResponse),
        error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
      }),
    ),
    errorCount: Type.Integer(),
    errorIndexes: Type.Array(Type.Integer()),
  },
  { $id: 'BulkCallbackPatchResponse' },
);
export const BulkCallbackDisconnectRequest = Type.Object(
  {
    callbackDisconnectIdentifiers: Type.Array(
      Type.Object({
        conversationId: Type.String({ maxLength: idCharactersMax }),
        callbackId: Type.String({ maxLength: idCharactersMax }),
      }),
      { minItems: 1, maxItems: bulkCallbacksMax },
    ),
  },
  { $id: 'BulkCallbackDisconnectRequest' },
);

export const CreateEmailRequest = Type.Object(
  {
    provider: name,
    queueId: id,
    flowId: id,
    direction: Type.Optional(Type.Enum(['INBOUND', 'OUTBOUND'])),
    toAddress: optional(limits.addressCharactersMax),
    toName: name,
    fromAddress: optional(limits.addressCharactersMax),
    fromName: name,
    attributes: Type.Optional(attributes),
    subject: content,
    htmlBody: content,
    textBody: content,
    skillIds: ids,
    skillExpression: name,
    languageId: id,
    priority,
    externalContactId: id,
    utilizationLabel: name,
  },
  { $id: 'CreateEmailRequest' },
);

/** Where messages come from and go to, as communications name it. */
export const messageTypes = [
  'sms',
  'facebook',
  'twitter',
  'line',
  'whatsapp',
  'telegram',
  'kakao',
  'webmessaging',
  'open',
  'instagram',
  'apple',
] as const;

export const CreateMessageRequest = Type.Object(
  {
    queueId: Type.String({ format: 'uuid' }),
    toAddress: address,
    toAddressMessengerType: Type.Enum(messageTypes),
    useExistingConversation: flag,
    externalContactId: id,
    useUserFromAddress: flag,
  },
  { $id: 'CreateOutboundMessagingConversationRequest' },
);
export const CreateMessageResponse = Type.Object(
  { id: Type.String(), selfUri: Type.String() },
  { $id: 'CreateOutboundMessagingConversationResponse' },
);

const person = { nickname: name, firstName: name, lastName: name, image: optional(2_048), email: name };
const messageMembers = {
  id,
  channel: Type.Object({
    id,
    platform: name,
    type: name,
    messageId: id,
    to: Type.Object({ ...person, id: address, idType: name }),
    from: Type.Object({ ...person, id: address, idType: Type.Enum(['Email', 'Phone', 'Opaque']) }),
    time: date,
  }),
  type: Type.Enum(['Text', 'Structured', 'Receipt', 'Event', 'Message']),
  direction: Type.Optional(Type.Enum(['Inbound', 'Outbound'])),
};
/** Contract model `ConversationContentAttachment`. */
export const MessageAttachment = Type.Object({
  id,
  mediaType: name,
  url: optional(2_048),
  mime: name,
  text: Type.Optional(Type.String()),
  sha256: name,
  filename: name,
  contentSizeBytes: Type.Optional(Type.Integer({ minimum: 0 })),
});
const contents = Type.Array(
  Type.Object({
    contentType: Type.String({ maxLength: nameCharactersMax }),
    attachment: Type.Optional(MessageAttachment),
  }),
  { maxItems: 100 },
);
export const OpenNormalizedMessageBody = Type.Object(
  {
    ...messageMembers,
    text: Type.Optional(Type.String()),
    content: Type.Optional(contents),
    metadata: Type.Optional(attributes),
  },
  { $id: 'OpenNormalizedMessageBody' },
);
/** The message as it was taken, without its content. */
export const OpenNormalizedMessage = Type.Object(messageMembers, { $id: 'OpenNormalizedMessage' });

export const CreateWebChatRequest = Type.Object(
  {
    queueId: Type.String({ format: 'uuid' }),
    provider: Type.String({ minLength: 1, maxLength: nameCharactersMax }),
    customerName: name,
    attributes: Type.Optional(attributes),
    skillIds: ids,
    languageId: id,
    priority,
  },
  { $id: 'CreateWebChatRequest' },
);

export const GenerateMeetingIdRequest = Type.Object(
  {
    ephemeral: Type.Boolean(),
    conferenceId: Type.Optional(Type.String({ minLength: 1, maxLength: idCharactersMax })),
    expireTimeDays: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.meetingDaysMax })),
  },
  { $id: 'GenerateMeetingIdRequest' },
);
export const MeetingIdRecord = Type.Object(
  {
    id: Type.String(),
    ephemeral: Type.Boolean(),
    conferenceId: Type.String(),
    dateExpired: date,
    selfUri: Type.String(),
  },
  { $id: 'MeetingIdRecord' },
);
