/** Contract models of what was written: `ChatMessage` and `RecordingMessagingMessage`. */
import { type Static, Type } from 'typebox';
import { EmailAddress } from './email-message.ts';

const text = Type.Optional(Type.String());
const date = Type.String({ format: 'date-time' });

export const ChatMessage = Type.Object(
  {
    id: Type.String(),
    utc: date,
    from: text,
    to: text,
    body: Type.String(),
    bodyType: text,
    type: text,
    participantPurpose: text,
    senderCommunicationId: text,
  },
  { $id: 'ChatMessage' },
);
export type ChatMessageModel = Static<typeof ChatMessage>;

const MessageMediaAttachment = Type.Object(
  { id: text, url: text, mediaType: text, contentLength: Type.Optional(Type.Integer()), name: text },
  { $id: 'MessageMediaAttachment' },
);

export const RecordingMessagingMessage = Type.Object(
  {
    id: Type.String(),
    timestamp: date,
    from: text,
    to: text,
    purpose: text,
    participantId: text,
    contentType: text,
    messageText: text,
    messageMediaAttachments: Type.Optional(Type.Array(MessageMediaAttachment)),
  },
  { $id: 'RecordingMessagingMessage' },
);
export type RecordingMessagingMessageModel = Static<typeof RecordingMessagingMessage>;

const EmailAttachment = Type.Object(
  {
    attachmentId: text,
    name: text,
    contentType: text,
    contentLength: Type.Optional(Type.Integer()),
    contentPath: text,
  },
  { $id: 'EmailAttachment' },
);

const addresses = Type.Optional(Type.Array(EmailAddress));

export const RecordingEmailMessage = Type.Object(
  {
    id: Type.String(),
    time: date,
    from: Type.Optional(EmailAddress),
    to: addresses,
    cc: addresses,
    bcc: addresses,
    replyTo: Type.Optional(EmailAddress),
    subject: text,
    textBody: text,
    htmlBody: text,
    attachments: Type.Optional(Type.Array(EmailAttachment)),
  },
  { $id: 'RecordingEmailMessage' },
);
export type RecordingEmailMessageModel = Static<typeof RecordingEmailMessage>;
