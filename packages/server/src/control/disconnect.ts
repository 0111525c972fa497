/** A conversation is ended by request: recordings are closed and stored, everybody leaves, the source is told to stop. */
import {
  type AuditDraft,
  type Conversation,
  Fault,
  type MediaType,
  type Permission,
  type Recording,
  type RecordingId,
  withoutCommunications,
  withSettledTransfers,
} from '@tacet/domain';
import { type Changed, demandConversation, noting } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { settle } from './conversation-life.ts';
import { finishRecording } from './end-recording-session.ts';
import { endLeftHold } from './hold.ts';
import type { LiveConversation } from './live-conversations.ts';
import { withPermission } from './permits.ts';

export interface DisconnectConversation extends Changed {
  readonly permissions: readonly Permission[];
}

/** @throws Fault conversationUnknown or permissionMissing. */
async function findLive(context: ControlContext, command: DisconnectConversation): Promise<LiveConversation> {
  const { conversationId, permissions } = command;
  await demandConversation(context, command, withPermission(permissions));
  const live = context.live.get(conversationId);
  if (live === undefined) throw new Fault('conversationUnknown', { conversationId });
  return live;
}

function recordingsOf({ recordings }: LiveConversation, mediaType: MediaType | undefined): readonly Recording[] {
  return [...recordings.values()].filter((recording) => mediaType === undefined || recording.mediaType === mediaType);
}

/** Everybody's communications of the type, or all of them, end. */
function withoutType(context: ControlContext, conversation: Conversation, mediaType?: MediaType): Conversation {
  const at = context.clock.now();
  const isMeant = (c: { readonly mediaType: MediaType }): boolean =>
    mediaType === undefined || c.mediaType === mediaType;
  return withSettledTransfers(withoutCommunications(conversation, isMeant, { at, type: 'client' }), at);
}

/** Says who ended it, closes what is recorded, and ends the conversation if nothing is left of it. */
async function disconnect(
  context: ControlContext,
  { mediaType, asked, conversationId }: DisconnectConversation,
  live: LiveConversation,
): Promise<void> {
  const recordings = recordingsOf(live, mediaType);
  const over: RecordingId[] = [];
  try {
    const conversation = withoutType(context, live.conversation, mediaType);
    const facts = { recordings: recordings.length, ...(mediaType === undefined ? {} : { mediaType }) };
    const about = { at: context.clock.now(), action: 'conversationDisconnected', result: 'done' } as const;
    const audit: AuditDraft = { ...about, by: asked, conversationId, facts };
    await context.store.commit({ conversations: [conversation], audit: [audit] });
    live.conversation = conversation;
    for (const recording of recordings) {
      over.push(recording.id);
      await finishRecording(context, live, recording, asked);
    }
    // Nothing is waited for: somebody wants this to be over.
    live.cancelLinger?.();
    live.cancelLinger = undefined;
    await settle(context, live, asked);
  } finally {
    // Rule: a source whose recording was ended by request is told to stop, once the recording is closed
    for (const id of over) context.sources.end(id);
  }
}

/**
 * Ends a conversation, or what it has of one media type. What is paused stays so until its end. Resolves when recordings
 * are closed and everything is durable; the source hears of it after that.
 * @throws Fault conversationUnknown, permissionMissing or storageUnavailable; repeating it finishes what was begun.
 */
export async function disconnectConversation(
  context: ControlContext,
  command: DisconnectConversation,
): Promise<Conversation> {
  const { conversationId } = command;
  return noting(context, command, 'conversationDisconnected', async () => {
    await context.restoring.done();
    return context.queue.run(conversationId, async () => {
      const live = await findLive(context, command);
      await disconnect(context, command, live);
      endLeftHold(context, live);
      return live.conversation;
    });
  });
}
