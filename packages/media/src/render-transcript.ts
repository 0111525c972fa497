/** A recording of items as lines: each item, and one line for each stretch in which items were withheld or lost. */
import { type Instant, type StreamInterval, toIso } from '@tacet/domain';
import type { ItemHead } from './item-unit.ts';
import type { ItemFlaw, StoredItem } from './read-items.ts';

/** One line of a transcript. */
export type TranscriptLine =
  | { readonly kind: 'item'; readonly at: string; readonly item: ItemHead; readonly bodyBytes: number }
  | {
      /** Withheld: the conversation was paused. Lost: it should be here. Damaged: it was here. */
      readonly kind: 'withheld' | 'lost' | 'damaged';
      readonly at: string;
      readonly to?: string;
      /** How many items, where that is known. */
      readonly count?: number;
    };

interface Placed {
  readonly at: Instant;
  readonly line: TranscriptLine;
}

function gap({ kind, from, to, unitCount }: StreamInterval): readonly Placed[] {
  if (kind === 'masked') return [];
  return [{ at: from, line: { kind, at: toIso(from), to: toIso(to), count: unitCount } }];
}

function placed(read: StoredItem | ItemFlaw): Placed {
  if ('fault' in read) return { at: read.from, line: { kind: 'damaged', at: toIso(read.from) } };
  const { arrivedAt, head, body } = read;
  return { at: arrivedAt, line: { kind: 'item', at: toIso(arrivedAt), item: head, bodyBytes: body.length } };
}

/** The lines in the order of time. @param intervals what was not kept of the recording. */
export async function renderTranscript(
  items: AsyncIterable<StoredItem | ItemFlaw>,
  intervals: readonly StreamInterval[],
): Promise<readonly TranscriptLine[]> {
  const lines: Placed[] = intervals.flatMap(gap);
  for await (const read of items) lines.push(placed(read));
  return lines.sort((a, b) => a.at - b.at).map(({ line }) => line);
}
