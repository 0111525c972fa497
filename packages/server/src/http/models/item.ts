/** Models of items: what is written in a conversation, as it comes and as it is read back. Doors of ours. */
import { limits } from '@tacet/domain';
import { Type } from 'typebox';
import { conversationLimits } from '../conversation-limits.ts';

const { nameCharactersMax, idCharactersMax } = conversationLimits;
const name = Type.Optional(Type.String({ maxLength: nameCharactersMax }));
const id = Type.Optional(Type.String({ maxLength: idCharactersMax }));
const date = Type.String({ format: 'date-time' });

const party = Type.Object({
  participantId: Type.Optional(Type.String({ format: 'uuid' })),
  purpose: name,
  address: Type.Optional(Type.String({ maxLength: limits.addressCharactersMax })),
  name,
});

const attachment = Type.Object({
  id,
  name,
  contentType: name,
  url: Type.Optional(Type.String({ maxLength: 2_048 })),
  bytes: Type.Optional(Type.Integer({ minimum: 0 })),
});

/** The media types whose conversations consist of items. */
export const itemMediaTypes = ['chat', 'email', 'message', 'social'] as const;

export const ItemWish = Type.Object(
  {
    mediaType: Type.Enum(itemMediaTypes),
    id,
    direction: Type.Optional(Type.Enum(['inbound', 'outbound'])),
    sentAt: Type.Optional(date),
    from: Type.Optional(party),
    to: Type.Optional(Type.Array(party, { maxItems: limits.participantsPerConversationMax })),
    subject: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
    contentType: name,
    attachments: Type.Optional(Type.Array(attachment, { maxItems: 100 })),
    metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { $id: 'ItemWish' },
);

export const ItemTaken = Type.Object(
  {
    id: Type.String(),
    isRecorded: Type.Boolean({
      description: 'Whether it is in the recording; it is not where the conversation is paused.',
    }),
  },
  { $id: 'ItemTaken' },
);

const line = Type.Object(
  {
    kind: Type.Enum(['item', 'withheld', 'lost', 'damaged']),
    at: date,
    to: Type.Optional(date),
    count: Type.Optional(Type.Integer({ minimum: 0 })),
    item: Type.Optional(Type.Any({ description: 'As it was given, with who wrote it.' })),
    bodyBytes: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { $id: 'TranscriptLine' },
);

export const ItemBytes = Type.String({ $id: 'ItemBytes', contentMediaType: '*/*' });

export const MailPage = Type.String({ $id: 'MailPage', contentMediaType: 'text/html' });

export const Transcript = Type.Object(
  { conversationId: Type.String(), recordingId: Type.String(), mediaType: Type.String(), lines: Type.Array(line) },
  { $id: 'Transcript' },
);
