/** The door, ours, through which what was written is searched by its words. */
import { type DivisionId, Fault, type FoundItem, toIso, uuidAs } from '@tacet/domain';
import { searchWritten } from '../control/index.ts';
import { type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { httpLimits } from './http-limits.ts';
import { intervalIn } from './interval-parameter.ts';
import { FoundItemListing, SearchWish } from './models/search.ts';

function divisionsOf(ids: readonly string[]): readonly DivisionId[] {
  return ids.flatMap((id) => uuidAs<DivisionId>(id) ?? []);
}

function foundItemModel({ itemId, recordingId, conversationId, mediaType, arrivedAt }: FoundItem): object {
  const transcriptUri = `/tacet/v1/conversations/${conversationId}/recordings/${recordingId}/transcript`;
  return { itemId, recordingId, conversationId, mediaType, time: toIso(arrivedAt), transcriptUri };
}

export function searchDoors({ control, search }: HttpContext): readonly GuardedDoor[] {
  return [
    // Not in the address: what is searched for may be what somebody wrote, and addresses are in logs of others.
    withBody({
      method: 'POST',
      path: '/tacet/v1/recordings/search',
      operation: 'searchRecordings',
      isPreview: true,
      area: 'recordings',
      summary: 'Finds messages, posts and mails in recordings by their words, those that came in last first.',
      description:
        'Shows where they are, in the divisions in which the permission is held; the text is in the transcript. What was withheld or masked is not found. What goes on is found a minute after it was written, and `total` stops at 10,000.',
      access: ['recording:recording:view'],
      body: SearchWish,
      answers: { 200: FoundItemListing },
      answer: async (call) => {
        if (search === undefined) throw new Fault('resourceUnknown');
        const { actor, asked, body } = call;
        const { words, mediaTypes, divisionIds, interval } = body;
        const { pageSize = httpLimits.pageItems, pageNumber = 1 } = body;
        const arrived = intervalIn(interval === undefined ? {} : { interval });
        const { items, total } = await searchWritten(control, search, {
          ...{ actor, asked, words, limit: pageSize, offset: (pageNumber - 1) * pageSize },
          ...(mediaTypes === undefined ? {} : { mediaTypes }),
          ...(divisionIds === undefined ? {} : { divisionIds: divisionsOf(divisionIds) }),
          ...(arrived === undefined ? {} : { arrived }),
        });
        const pageCount = Math.ceil(total / pageSize);
        return ok({ entities: items.map(foundItemModel), pageSize, pageNumber, total, pageCount });
      },
    }),
  ];
}
