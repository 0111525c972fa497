/** What was written is searched by its words: recordings that the actor may view, and nothing of their text. */
import type { Actor, DivisionId, FoundItem, Page, RecordingId, WordIndex, WordQuery } from '@tacet/domain';
import { reachOf } from './access.ts';
import type { Request } from './authorise.ts';
import type { ControlContext } from './context.ts';

export type SearchWritten = Request & Omit<WordQuery, 'divisionIds'> & { readonly divisionIds?: readonly DivisionId[] };

/** The divisions that are searched: those asked for, as far as they are within reach. */
function searchedOf(actor: Actor, wanted: readonly DivisionId[] | undefined): readonly DivisionId[] | undefined {
  const reach = reachOf(actor, 'recording:recording:view');
  if (wanted === undefined || reach === undefined) return wanted ?? reach;
  return wanted.filter((id) => reach.includes(id));
}

/** Ids of those whose deletion has begun: nothing of them is given out. */
async function goneAmong({ store }: ControlContext, items: readonly FoundItem[]): Promise<ReadonlySet<RecordingId>> {
  const ids = new Set(items.map(({ recordingId }) => recordingId));
  const recordings = await Promise.all([...ids].map((id) => store.recording(id)));
  const there = recordings.flatMap((one) =>
    one === undefined || one.fileState === 'DELETED' || one.deletionBegunAt !== undefined ? [] : [one.id],
  );
  return new Set([...ids].filter((id) => !there.includes(id)));
}

/** @throws Fault permissionMissing; constraintBroken where nothing can be searched for; mediaUnavailable; storageUnavailable. */
export async function searchWritten(
  context: ControlContext,
  index: WordIndex,
  { actor, asked, divisionIds: wanted, ...query }: SearchWritten,
): Promise<Page<FoundItem>> {
  // Rule: what was written is found in the divisions within reach, and nowhere else
  const divisionIds = searchedOf(actor, wanted);
  const page = await index.find({ ...query, ...(divisionIds === undefined ? {} : { divisionIds }) });
  const gone = await goneAmong(context, page.items);
  // Rule: what a search found is told only after the audit log says that somebody searched, and never for what
  const facts = { found: page.total };
  const entry = { at: context.clock.now(), action: 'recordingsSearched', result: 'done', by: asked, facts } as const;
  await context.store.commit({ audit: [entry] });
  // Rule: nothing of a recording is found from the moment its deletion begins
  return { ...page, items: page.items.filter(({ recordingId }) => !gone.has(recordingId)) };
}
