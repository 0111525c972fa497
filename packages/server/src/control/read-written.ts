/** What was written in a conversation, for those who may read along: recordings of items, what goes on included. */
import type { CommunicationId, ConversationId, MediaType, Recording } from '@tacet/domain';
import type { Request } from './authorise.ts';
import { demandConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { type RecordingView, recordingView } from './find-recordings.ts';
import { isOfItems } from './item-recordings.ts';
import { type Bringing, mayBring } from './take-item.ts';

export interface ReadWritten extends Request, Bringing {
  readonly conversationId: ConversationId;
  readonly mediaType: MediaType;
}

/** Puts into store what a recording that goes on has kept so far. */
export async function shelveRecording({ media }: ControlContext, { endedAt, streams }: Recording): Promise<void> {
  if (endedAt === undefined) await Promise.all(streams.map(({ id }) => media.shelve(id)));
}

function isGone({ fileState, deletionBegunAt }: Recording): boolean {
  return fileState === 'DELETED' || deletionBegunAt !== undefined;
}

/**
 * Which of several media a door is for that serves them all: the first that the conversation has, or that the communication
 * is of. Whether the caller may know is judged after it.
 */
export async function mediaTypeAmong(
  context: ControlContext,
  among: readonly [MediaType, ...MediaType[]],
  {
    conversationId,
    communicationId,
  }: { readonly conversationId: ConversationId; readonly communicationId?: CommunicationId },
): Promise<MediaType> {
  const { live, store } = context;
  const found = live.get(conversationId)?.conversation ?? (await store.conversation(conversationId));
  const all = found?.participants.flatMap(({ communications }) => communications) ?? [];
  const meant = communicationId === undefined ? all : all.filter(({ id }) => id === communicationId);
  return among.find((type) => meant.some(({ mediaType }) => mediaType === type)) ?? among[0];
}

/** @throws Fault conversationUnknown or permissionMissing. */
export async function readWritten(context: ControlContext, command: ReadWritten): Promise<readonly RecordingView[]> {
  const { actor, conversationId, mediaType } = command;
  const conversation = await demandConversation(context, command, mayBring(command));
  const recordings = (await context.store.recordingsOf(conversationId)).filter(
    (recording) => recording.mediaType === mediaType && isOfItems(recording) && !isGone(recording),
  );
  const inOrder = recordings.sort((a, b) => a.startedAt - b.startedAt);
  await Promise.all(inOrder.map((recording) => shelveRecording(context, recording)));
  return Promise.all(inOrder.map((recording) => recordingView(context, actor, conversation, recording)));
}
