/** Models of searching what was written. Doors of ours. */
import { Type } from 'typebox';
import { searchLimits } from '../../search/search-limits.ts';
import { httpLimits } from '../http-limits.ts';
import { itemMediaTypes } from './item.ts';
import { shortListingOf } from './page.ts';

const ids = Type.Array(Type.String({ format: 'uuid' }), { maxItems: 100 });

export const SearchWish = Type.Object(
  {
    words: Type.String({
      minLength: 1,
      maxLength: searchLimits.questionCharactersMax,
      description:
        'Words that one message, post or mail has all of, in any case, with or without accents. `"in this order"` finds words side by side, `begin*` those that begin so (3 to 12 characters).',
    }),
    mediaTypes: Type.Optional(Type.Array(Type.Enum(itemMediaTypes), { maxItems: itemMediaTypes.length })),
    divisionIds: Type.Optional(ids),
    interval: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'When it arrived: two instants of ISO 8601 with a slash between them.',
      }),
    ),
    pageSize: Type.Optional(
      Type.Integer({ minimum: 1, maximum: httpLimits.pageItemsMax, default: httpLimits.pageItems }),
    ),
    pageNumber: Type.Optional(Type.Integer({ minimum: 1, maximum: httpLimits.pageNumberMax, default: 1 })),
  },
  { $id: 'SearchWish' },
);

const FoundItem = Type.Object(
  {
    itemId: Type.String(),
    recordingId: Type.String(),
    conversationId: Type.String(),
    mediaType: Type.String(),
    time: Type.String({ format: 'date-time', description: 'When it arrived.' }),
    transcriptUri: Type.String({ description: 'Where the transcript is that has it.' }),
  },
  { $id: 'FoundItem' },
);

export const FoundItemListing = shortListingOf(FoundItem, 'FoundItemListing');
