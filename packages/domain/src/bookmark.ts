/** Bookmarks: places in a recording that people marked, with the offsets of the contract's `Annotation`. */
import type { AnnotationOffsets } from './annotation.ts';
import type { AnnotationId, ConversationId, RecordingId, UserId } from './ids.ts';
import type { Instant } from './instant.ts';
import { type Interval, lengthBefore, union } from './timeline.ts';

export interface Bookmark {
  readonly id: AnnotationId;
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
  readonly name?: string;
  readonly description?: string;
  /** Offset from the start of the recording on the conversation's clock, in whole ms from 0. */
  readonly location: number;
  /** Whole ms; 0 for a single place. */
  readonly durationMs: number;
  /** Absent for one that a program set. */
  readonly userId?: UserId;
  readonly createdAt: Instant;
}

/** Where a bookmark stands in a recording that was paused at `paused`; what falls into a pause has no length there. */
export function bookmarkOffsets(
  { location, durationMs }: Pick<Bookmark, 'location' | 'durationMs'>,
  recording: Interval,
  paused: readonly Interval[],
): AnnotationOffsets {
  const pauses = union(paused);
  const start = (recording.from + location) as Instant;
  const end = (start + durationMs) as Instant;
  const before = lengthBefore(pauses, start);
  const absoluteLocation = Math.round(location - before);
  const recordingDurationMs = Math.round(durationMs - (lengthBefore(pauses, end) - before));
  return {
    location,
    durationMs,
    absoluteLocation,
    absoluteDurationMs: durationMs,
    realtimeLocation: location,
    recordingLocation: absoluteLocation,
    recordingDurationMs,
  };
}
