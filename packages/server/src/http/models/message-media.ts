/** Contract models of files that messages carry: `UploadMediaRequest`, `MessageMediaData` and their kin. */
import { Type } from 'typebox';
import { conversationLimits } from '../conversation-limits.ts';
import { shortListingOf } from './page.ts';

const { nameCharactersMax, uploadBytesMax } = conversationLimits;

export const UploadMediaRequest = Type.Object(
  {
    fileName: Type.String({ minLength: 1, maxLength: nameCharactersMax }),
    contentLengthBytes: Type.Integer({ minimum: 1, maximum: uploadBytesMax }),
    contentMd5: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { $id: 'UploadMediaRequest' },
);

export const MessageMediaUploadData = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    uploadUrl: Type.String(),
    uploadHeaders: Type.Record(Type.String(), Type.String()),
    selfUri: Type.String(),
  },
  { $id: 'MessageMediaUploadData' },
);

export const MessageMediaData = Type.Object(
  {
    id: Type.String(),
    name: Type.Optional(Type.String()),
    url: Type.String(),
    mediaType: Type.Optional(Type.String()),
    contentLengthBytes: Type.Integer(),
    status: Type.Enum(['valid']),
    conversationId: Type.String(),
    communicationId: Type.Optional(Type.String()),
    selfUri: Type.String(),
  },
  { $id: 'MessageMediaData' },
);

export const MessageMediaListing = shortListingOf(MessageMediaData, 'MessageMediaListing');
