/** A row of items against what is stored of its medium, and against what its transcript says. */
import type { ConversationId, MediaType } from '@tacet/domain';
import type { Api } from '../harness/api.ts';
import { insist } from './insist.ts';
import type { SurePause, Verdict } from './judge.ts';
import type { KeptStream } from './kept.ts';
import { type ItemWriter, itemNumberIn, judgeItems } from './written-items.ts';

interface WrittenWhere {
  readonly api: Api;
  readonly id: ConversationId;
  readonly medium: MediaType;
  readonly pauses: readonly SurePause[];
}

async function transcribed({ api, id }: WrittenWhere, recordingId: string): Promise<readonly number[]> {
  const path = `/tacet/v1/conversations/${id}/recordings/${recordingId}/transcript`;
  const { lines } = JSON.parse(await insist(api, { method: 'GET', path })) as { readonly lines: readonly object[] };
  return lines.flatMap((line) => itemNumberIn(JSON.stringify(line)) ?? []);
}

function inOrder(numbers: readonly number[]): string {
  return [...numbers].sort((a, b) => a - b).join(' ');
}

export async function judgeWritten(
  { items }: ItemWriter,
  kept: readonly KeptStream[],
  where: WrittenWhere,
): Promise<Verdict> {
  const { medium, pauses } = where;
  const mine = kept.filter(({ mediaType }) => mediaType === medium);
  const numbers = mine.flatMap(({ packets }) => packets.get(0) ?? []).map(({ number }) => number);
  const verdict = judgeItems(items, { numbers, intervals: mine.flatMap(({ intervals }) => intervals) }, pauses);
  const lines = (await Promise.all(mine.map(({ recordingId }) => transcribed(where, recordingId)))).flat();
  const isSame = inOrder(lines) === inOrder(numbers);
  const untold = isSame ? [] : [`stored are ${inOrder(numbers)}, and the transcript has ${inOrder(lines)}`];
  return { ...verdict, untold: [...verdict.untold, ...untold], medium };
}
