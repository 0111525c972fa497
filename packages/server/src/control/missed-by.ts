/** What captures that broke off missed, until their recording was over. */
import { type Instant, type Recording, type StreamInterval, type StreamTimeline, subtract } from '@tacet/domain';
import type { ControlContext } from './context.ts';

/** Lost, but where the conversation was paused, withheld as ever. */
export async function missedBy(
  context: ControlContext,
  recording: Recording,
  endedAt: Instant,
): Promise<readonly StreamTimeline[]> {
  const broken = recording.streams.flatMap(({ id, failed }) => (failed === undefined ? [] : [{ id, ...failed }]));
  if (broken.length === 0) return [];
  const spans = await context.store.spansOf(recording.conversationId);
  const paused = spans.map((span) => ({ from: span.closedAt, to: span.openedAt ?? endedAt }));
  return broken.map(({ id, at, reason }) => {
    const missed = { from: at, to: endedAt };
    const lost = subtract(missed, paused);
    const withheld = subtract(missed, lost);
    const intervals: readonly StreamInterval[] = [
      ...lost.map((interval) => ({ kind: 'lost', ...interval, unitCount: 0, reason }) as const),
      ...withheld.map((interval) => ({ kind: 'withheld', ...interval, unitCount: 0 }) as const),
    ];
    return { streamId: id, intervals };
  });
}
