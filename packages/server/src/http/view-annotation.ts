/** Contract model `Annotation`, for pauses and for bookmarks. */
import { randomUUID } from 'node:crypto';
import { type Bookmark, bookmarkOffsets, type PauseAnnotation, spanWithin } from '@tacet/domain';
import type { RecordingView } from '../control/index.ts';
import type { AnnotationModel } from './models/annotation.ts';

export type { AnnotationModel } from './models/annotation.ts';

function uriOf({ recording }: RecordingView, id: string): string {
  return `/api/v2/conversations/${recording.conversationId}/recordings/${recording.id}/annotations/${id}`;
}

/**
 * In the contract all pause annotations of a recording share one id (ours is the recording's own), and those of holds
 * have another one at each request.
 */
function pauseModel(view: RecordingView, { spanId: _spanId, ...offsets }: PauseAnnotation): AnnotationModel {
  const id = offsets.reason === 'Hold' ? randomUUID() : view.recording.id;
  return { id, type: 'pause', ...offsets, annotations: [], selfUri: uriOf(view, id) };
}

export function bookmarkModel(view: RecordingView, bookmark: Bookmark): AnnotationModel {
  const { id, name, description, userId } = bookmark;
  const { startedAt, endedAt } = view.recording;
  const stretch = { from: startedAt, to: endedAt ?? startedAt };
  const paused = view.spans.flatMap((span) => spanWithin(span, stretch) ?? []);
  return {
    id,
    type: 'bookmark',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...bookmarkOffsets(bookmark, stretch, paused),
    // The contract wants a version wherever it shows a user; of a mere reference there is but one.
    ...(userId === undefined ? {} : { user: { id: userId, selfUri: `/api/v2/users/${userId}`, version: 1 } }),
    annotations: [],
    selfUri: uriOf(view, id),
  };
}

/** Pauses and bookmarks in the order of their places. */
export function annotationModels(view: RecordingView): readonly AnnotationModel[] {
  const pauses = view.annotations.map((pause) => pauseModel(view, pause));
  const bookmarks = view.bookmarks.map((bookmark) => bookmarkModel(view, bookmark));
  return [...pauses, ...bookmarks].sort((a, b) => a.location - b.location);
}
