/** Conversations as their readers may see them. */
import {
  type Actor,
  type Conversation,
  type ConversationId,
  type ConversationQuery,
  Fault,
  isActive,
  type Page,
  type ParticipantId,
  type RecordingState,
  reportedState,
  takesPart,
} from '@tacet/domain';
import { reachOf } from './access.ts';
import { demand } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { capturedParticipants } from './live-conversations.ts';

/** A conversation with what is derived from the live captures. */
export interface ConversationView {
  readonly conversation: Conversation;
  readonly recordingState: RecordingState;
  /** Participants whose media is being captured now. */
  readonly captured: ReadonlySet<ParticipantId>;
}

export function viewOf(context: ControlContext, stored: Conversation): ConversationView {
  const live = context.live.get(stored.id);
  const conversation = live?.conversation ?? stored;
  return {
    conversation,
    // Rule: a conversation that ended paused has no recording state left, over REST as in its events
    recordingState: isActive(conversation) ? reportedState(conversation.control, live?.captures.size ?? 0) : 'NONE',
    captured: live === undefined ? new Set() : capturedParticipants(live),
  };
}

/** @throws Fault conversationUnknown. */
export async function loadConversation(context: ControlContext, id: ConversationId): Promise<Conversation> {
  const found = context.live.get(id)?.conversation ?? (await context.store.conversation(id));
  if (found === undefined) throw new Fault('conversationUnknown', { conversationId: id });
  return found;
}

/**
 * One conversation, for those who may view all of a division or take part in it.
 * @throws Fault conversationUnknown or permissionMissing.
 */
export async function readConversation(
  context: ControlContext,
  actor: Actor,
  id: ConversationId,
): Promise<ConversationView> {
  const conversation = await loadConversation(context, id);
  const isWithin = actor.userId !== undefined && takesPart(conversation, actor.userId);
  // Rule: who takes part sees the conversation, and others need the right to in its division
  if (!isWithin) demand(actor, 'conversation:communication:view', conversation);
  return viewOf(context, conversation);
}

/**
 * Conversations of the divisions in which the actor may find them; those of others are not even counted.
 * @throws Fault permissionMissing when that is nowhere.
 */
export async function findConversations(
  context: ControlContext,
  actor: Actor,
  query: Omit<ConversationQuery, 'divisionIds'>,
): Promise<Page<ConversationView>> {
  // Rule: conversations are found in the divisions within reach, and nowhere else
  const divisionIds = reachOf(actor, 'tacet:conversation:view');
  const page = await context.store.findConversations({
    ...query,
    ...(divisionIds === undefined ? {} : { divisionIds }),
  });
  return { total: page.total, items: page.items.map((found) => viewOf(context, found)) };
}
