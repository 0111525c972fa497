/** Recordings of a conversation, with annotations computed from the same spans that the player uses. */
import {
  type Actor,
  type Bookmark,
  type Conversation,
  type ConversationId,
  Fault,
  type Interval,
  may,
  type PauseAnnotation,
  pauseAnnotations,
  type Recording,
  type RecordingId,
  type WithheldSpan,
} from '@tacet/domain';
import { demand } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { loadConversation } from './find-conversations.ts';

export interface RecordingView {
  readonly recording: Recording;
  readonly conversation: Conversation;
  readonly annotations: readonly PauseAnnotation[];
  readonly spans: readonly WithheldSpan[];
  /** Those that the reader may see. */
  readonly bookmarks: readonly Bookmark[];
}

/** Names one recording of one conversation. */
export interface RecordingIds {
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
}

/** A recording's stretch of time; one that is live lasts until now. */
export function stretchOf(context: ControlContext, recording: Recording): Interval {
  return { from: recording.startedAt, to: recording.endedAt ?? context.clock.now() };
}

/** The recording as the actor may see it. */
export async function recordingView(
  context: ControlContext,
  actor: Actor,
  conversation: Conversation,
  recording: Recording,
): Promise<RecordingView> {
  const spans = await context.store.spansOf(conversation.id);
  // Rule: bookmarks are shown to holders of recording:annotation:view only
  const maySee = may(actor, 'recording:annotation:view', conversation.divisionId);
  const bookmarks = maySee ? await context.store.documentsOf('bookmark', recording.id) : [];
  const annotations = pauseAnnotations(stretchOf(context, recording), spans);
  return { recording, conversation, spans, annotations, bookmarks };
}

/** @throws Fault conversationUnknown or permissionMissing. */
export async function findRecordings(
  context: ControlContext,
  actor: Actor,
  id: ConversationId,
): Promise<readonly RecordingView[]> {
  const conversation = await loadConversation(context, id);
  demand(actor, 'recording:recording:view', conversation);
  const recordings = await context.store.recordingsOf(id);
  return Promise.all(recordings.map((recording) => recordingView(context, actor, conversation, recording)));
}

/** @throws Fault conversationUnknown, recordingUnknown or permissionMissing. */
export async function readRecording(context: ControlContext, actor: Actor, ids: RecordingIds): Promise<RecordingView> {
  const conversation = await loadConversation(context, ids.conversationId);
  demand(actor, 'recording:recording:view', conversation);
  const recording = await context.store.recording(ids.recordingId);
  if (recording === undefined || recording.conversationId !== ids.conversationId) {
    throw new Fault('recordingUnknown', { recordingId: ids.recordingId });
  }
  return recordingView(context, actor, conversation, recording);
}
