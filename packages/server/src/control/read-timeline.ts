/** What was not kept of a recording, stream by stream: withheld and masked on purpose, lost by accident. */
import type { Actor, Recording, StreamId, StreamInterval } from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { type RecordingIds, readRecording } from './find-recordings.ts';

export interface TimelineEntry {
  readonly streamId: StreamId;
  readonly interval: StreamInterval;
}

export interface RecordingTimeline {
  readonly recording: Recording;
  /** By their beginning. */
  readonly entries: readonly TimelineEntry[];
}

/**
 * Of a recording that goes on: what is known so far. An interval is told when it is over.
 * @throws Fault conversationUnknown, recordingUnknown or permissionMissing.
 */
export async function readTimeline(
  context: ControlContext,
  actor: Actor,
  ids: RecordingIds,
): Promise<RecordingTimeline> {
  const { recording } = await readRecording(context, actor, ids);
  const timelines = await Promise.all(recording.streams.map(({ id }) => context.store.timelineOf(id)));
  const entries = timelines.flatMap(({ streamId, intervals }) =>
    intervals.map((interval): TimelineEntry => ({ streamId, interval })),
  );
  return { recording, entries: entries.sort((a, b) => a.interval.from - b.interval.from) };
}
