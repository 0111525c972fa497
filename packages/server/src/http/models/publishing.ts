/** Models of publishing tokens, with which a page brings media into a conversation. Doors of ours. */
import { limits, purposes } from '@tacet/domain';
import { Type } from 'typebox';
import { conversationLimits } from '../conversation-limits.ts';

const { nameCharactersMax, publishingSeconds, publishingSecondsMax } = conversationLimits;

/** The media types that pages and browsers publish. */
const publishedTypes = ['chat', 'cobrowsesession', 'screenshare', 'video'] as const;

export const PublishingWish = Type.Object(
  {
    mediaType: Type.Enum(publishedTypes),
    purpose: Type.Optional(
      Type.Enum(purposes, { description: 'What the publisher is in it; a customer if left out.' }),
    ),
    communicationId: Type.Optional(
      Type.String({ format: 'uuid', description: 'Of a chat, and needed there: in whose name is written.' }),
    ),
    name: Type.Optional(Type.String({ maxLength: nameCharactersMax })),
    address: Type.Optional(Type.String({ maxLength: limits.addressCharactersMax })),
    seconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: publishingSecondsMax, description: `${publishingSeconds} if left out.` }),
    ),
  },
  { $id: 'PublishingWish' },
);

export const PublishingToken = Type.Object(
  {
    token: Type.String(),
    expiresAt: Type.String({ format: 'date-time' }),
    pageUri: Type.Optional(Type.String({ description: 'Of a chat: our page, with the token behind its address.' })),
  },
  { $id: 'PublishingToken' },
);
