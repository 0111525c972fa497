/** A recording of what happened in a page, a page of it at a time, with every stretch that is not in it. */
import { toIso } from '@tacet/domain';
import { planPlayback, type RecordingView } from '../control/index.ts';
import type { HttpContext } from './http-context.ts';
import { httpLimits } from './http-limits.ts';
import { type IntegerParameter, integerOf, type RawQuery } from './query.ts';

export const afterParameter: IntegerParameter = {
  kind: 'integer',
  name: 'after',
  minimum: 0,
  maximum: 1_000_000,
  fallback: 0,
};

interface Gap {
  readonly kind: 'withheld' | 'lost' | 'damaged';
  readonly from: string;
  readonly to?: string;
  readonly count?: number;
}

/** @throws Fault valueInvalid; recordingDamaged or storageUnavailable. */
export async function eventsOf({ control, playback }: HttpContext, view: RecordingView, query: RawQuery) {
  const plan = await planPlayback(control, view);
  const { id: recordingId, conversationId } = view.recording;
  const segments = [...plan.segments].sort((a, b) => a.captured.from - b.captured.from || a.number - b.number);
  const events: object[] = [];
  const gaps = plan.timelines.flatMap(({ intervals }) =>
    intervals.flatMap(({ kind, from, to, unitCount }): readonly Gap[] =>
      kind === 'masked' ? [] : [{ kind, from: toIso(from), to: toIso(to), count: unitCount }],
    ),
  );
  let place = integerOf(query, afterParameter);
  let bytes = 0;
  for (; place < segments.length && bytes < httpLimits.eventPageBytes; place += 1) {
    const segment = segments[place];
    if (segment === undefined) break;
    bytes += segment.bytes;
    for (const read of await playback.events(segment)) {
      if ('fault' in read) gaps.push({ kind: 'damaged', from: toIso(read.from), to: toIso(segment.captured.to) });
      else events.push({ at: toIso(read.arrivedAt), parts: read.parts });
    }
  }
  const { from, to } = plan.stretch;
  const stretch = { from: toIso(from), to: toIso(to) };
  const rest = place < segments.length ? { next: place } : {};
  return { conversationId, recordingId, stretch, events, gaps, ...rest };
}
