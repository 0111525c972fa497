/** Withheld spans as the annotations of a recording, with the contract's five kinds of offset. */
import type { SpanId } from './ids.ts';
import type { Instant } from './instant.ts';
import { type Interval, lengthBefore } from './timeline.ts';
import type { AnnotationReason, WithheldSpan } from './withheld-span.ts';

/** Where an annotation stands: offsets and lengths in whole milliseconds (contract model `Annotation`). */
export interface AnnotationOffsets {
  /** Offset from the start of the recording on the conversation's clock. */
  readonly location: number;
  readonly durationMs: number;
  /** Offset after removing the length of all earlier pauses. */
  readonly absoluteLocation: number;
  readonly absoluteDurationMs: number;
  /** Offset before removing earlier pauses: the same as `location`. */
  readonly realtimeLocation: number;
  /** Offset in media from which pauses are cut, and the length it has there. */
  readonly recordingLocation: number;
  readonly recordingDurationMs: number;
}

export interface PauseAnnotation extends AnnotationOffsets {
  readonly spanId: SpanId;
  readonly reason: AnnotationReason;
}

/** The part of a span that lies within a recording; an open span lasts until the recording's end. */
export function spanWithin(span: WithheldSpan, recording: Interval): Interval | undefined {
  const from = Math.max(span.closedAt, recording.from) as Instant;
  const to = Math.min(span.openedAt ?? recording.to, recording.to) as Instant;
  return from < to ? { from, to } : undefined;
}

/** One annotation for each withheld span that touches the recording, in order of time. */
export function pauseAnnotations(recording: Interval, spans: readonly WithheldSpan[]): readonly PauseAnnotation[] {
  const inside = spans.flatMap((span) => {
    const part = spanWithin(span, recording);
    return part === undefined ? [] : [{ span, part }];
  });
  inside.sort((a, b) => a.part.from - b.part.from);
  const parts = inside.map(({ part }) => part);
  return inside.map(({ span, part }) => {
    const location = Math.round(part.from - recording.from);
    const durationMs = Math.round(part.to - part.from);
    const absoluteLocation = Math.round(part.from - recording.from - lengthBefore(parts, part.from));
    return {
      spanId: span.id,
      reason: span.reason,
      location,
      durationMs,
      absoluteLocation,
      absoluteDurationMs: durationMs,
      realtimeLocation: location,
      recordingLocation: absoluteLocation,
      recordingDurationMs: 0,
    };
  });
}
