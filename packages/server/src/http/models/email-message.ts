/** Contract models of single mails: `EmailMessage`, its preview, what answers to one, and what is sent without an agent. */
import { limits } from '@tacet/domain';
import { Type } from 'typebox';
import { conversationLimits } from '../conversation-limits.ts';

const { nameCharactersMax, idCharactersMax } = conversationLimits;
const text = Type.Optional(Type.String());
const date = Type.Optional(Type.String({ format: 'date-time' }));
const name = Type.Optional(Type.String({ maxLength: nameCharactersMax }));
const id = Type.Optional(Type.String({ maxLength: idCharactersMax }));
const email = Type.Optional(Type.String({ maxLength: limits.addressCharactersMax }));
/** Contract model `EmailAddress`, as it is taken and as it is shown. */
export const EmailAddress = Type.Object({ email, name }, { $id: 'EmailAddress' });
const addresses = Type.Array(EmailAddress, { maxItems: 100 });

const attachment = Type.Object(
  {
    attachmentId: text,
    name: text,
    contentUri: text,
    contentType: text,
    contentLength: Type.Optional(Type.Integer()),
    inlineImage: Type.Optional(Type.Boolean()),
  },
  { $id: 'Attachment' },
);

const people = {
  to: addresses,
  cc: Type.Optional(addresses),
  bcc: Type.Optional(addresses),
  from: EmailAddress,
  replyTo: Type.Optional(EmailAddress),
  subject: text,
  attachments: Type.Optional(Type.Array(attachment, { maxItems: 1_000 })),
  time: date,
};

const flag = Type.Optional(Type.Boolean());

/** What an agent sends. Attachments that it names are with whoever sends it, and not recorded. */
export const EmailMessage = Type.Object(
  {
    id,
    name,
    ...people,
    textBody: Type.String(),
    htmlBody: text,
    historyIncluded: flag,
    state: name,
    draftType: name,
    selfUri: text,
  },
  { $id: 'EmailMessage' },
);

export const EmailMessageReply = Type.Object(
  { ...people, textBody: Type.String(), htmlBody: text, historyIncluded: flag },
  { $id: 'EmailMessageReply' },
);

const EmailMessagePreview = Type.Object(
  { id: Type.String(), ...people, textBodyPreview: text, selfUri: Type.String() },
  { $id: 'EmailMessagePreview' },
);

const count = Type.Integer({ minimum: 0 });
export const EmailMessagePreviewListing = Type.Object(
  {
    entities: Type.Array(EmailMessagePreview),
    pageSize: count,
    pageNumber: count,
    total: count,
    pageCount: count,
    firstUri: text,
    lastUri: text,
    selfUri: text,
    nextUri: text,
    previousUri: text,
  },
  { $id: 'EmailMessagePreviewListing' },
);

const ids = Type.Optional(Type.Array(Type.String({ maxLength: idCharactersMax }), { maxItems: 100 }));

/** Who wrote to whom about what: the mail itself comes some other way. */
export const InboundMessageRequest = Type.Object(
  {
    queueId: id,
    flowId: id,
    provider: name,
    skillIds: ids,
    languageId: id,
    priority: Type.Optional(Type.Integer()),
    attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
    toAddress: email,
    toName: name,
    fromAddress: email,
    fromName: name,
    subject: text,
  },
  { $id: 'InboundMessageRequest' },
);

const agentless = {
  senderType: Type.Enum(['Outbound', 'Integration']),
  fromAddress: EmailAddress,
  toAddresses: addresses,
  replyToAddress: Type.Optional(EmailAddress),
  subject: text,
};
export const AgentlessEmailSendRequest = Type.Object(
  { ...agentless, conversationId: Type.Optional(Type.String({ format: 'uuid' })), textBody: text, htmlBody: text },
  { $id: 'AgentlessEmailSendRequestDto' },
);
export const AgentlessEmailSendResponse = Type.Object(
  {
    ...agentless,
    id: Type.String(),
    conversationId: Type.String(),
    dateCreated: Type.String({ format: 'date-time' }),
    selfUri: Type.String(),
  },
  { $id: 'AgentlessEmailSendResponseDto' },
);
