/** Conversations as their readers may see them. */
import {
  type Actor,
  type Conversation,
  type ConversationId,
  type ConversationQuery,
  Fault,
  isActiveParticipant,
  may,
  type Page,
  type ParticipantId,
  type RecordingState,
  reportedState,
} from '@tacet/domain';
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
    recordingState: reportedState(conversation.control, live?.captures.size ?? 0),
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
  const takesPart = actor.userId !== undefined && isActiveParticipant(conversation, actor.userId);
  if (!takesPart) demand(actor, 'conversation:communication:view', conversation);
  return viewOf(context, conversation);
}

/** @throws Fault permissionMissing. */
export async function findConversations(
  context: ControlContext,
  actor: Actor,
  query: ConversationQuery,
): Promise<Page<ConversationView>> {
  if (!may(actor, 'tacet:conversation:view', context.homeDivision)) {
    throw new Fault('permissionMissing', { permissions: ['tacet:conversation:view'] });
  }
  const page = await context.store.findConversations(query);
  return { total: page.total, items: page.items.map((found) => viewOf(context, found)) };
}
