/** A conversation is changed by request: judged, carried out and written down in the conversation's turn. */
import { isDeepStrictEqual } from 'node:util';
import {
  type Asked,
  type AuditAction,
  type AuditDraft,
  awaitedUntil,
  type Conversation,
  type ConversationId,
  Fault,
  type Instant,
  isActive,
  type MediaType,
  mediaTypesOf,
  openCommunications,
  withSettledTransfers,
} from '@tacet/domain';
import { noteRefusal, type Request } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { awaitAnother, settle } from './conversation-life.ts';
import { applyChange, unlessOvertaken } from './hold.ts';
import type { LiveConversation } from './live-conversations.ts';
import type { Permit } from './permits.ts';

/** Which conversation, as a door names it. */
export interface Changed extends Request {
  readonly conversationId: ConversationId;
  /** The type that the door names; a conversation without it is not there for that door. Absent: any. */
  readonly mediaType?: MediaType;
}

export interface ConversationChange {
  readonly action: AuditAction;
  readonly permit: Permit;
  /** The conversation as it is to be. @throws Fault when that cannot be. */
  readonly become: (conversation: Conversation, at: Instant) => Conversation;
  /** Ids, counts and names of members; never what somebody wrote (P13). */
  readonly facts: AuditDraft['facts'];
}

/** Refusals are in the audit log; what is our own failure is not one. */
export async function noting<T>(
  context: ControlContext,
  { asked, conversationId }: { readonly asked: Asked; readonly conversationId: ConversationId },
  action: AuditAction,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const isOurs = error instanceof Fault && (error.kind === 'late' || error.kind === 'unavailable');
    if (error instanceof Fault && !isOurs) await noteRefusal(context, asked, { action, fault: error, conversationId });
    throw error;
  }
}

/**
 * The conversation as it is, for somebody who may.
 * @throws Fault conversationUnknown, or whatever `permit` throws.
 */
export async function demandConversation(
  context: ControlContext,
  { conversationId, mediaType, actor }: Changed,
  permit: Permit,
): Promise<Conversation> {
  const found = context.live.get(conversationId)?.conversation ?? (await context.store.conversation(conversationId));
  if (found === undefined) throw new Fault('conversationUnknown', { conversationId });
  permit(found, actor);
  const isThere = mediaType === undefined || mediaTypesOf(found).has(mediaType);
  if (!isThere) throw new Fault('conversationUnknown', { conversationId });
  return found;
}

/** The change is in store; that the conversation cannot be ended right after it is no failure of the change. */
async function endIfOver(context: ControlContext, live: LiveConversation, asked: Asked): Promise<void> {
  await settle(context, live, asked).catch((error: Error) => {
    context.report(error);
    awaitAnother(context, live, context.policy.lingerMs);
  });
}

async function inTurn(
  context: ControlContext,
  changed: Changed,
  change: ConversationChange,
  superseded: AbortSignal,
): Promise<Conversation> {
  const { conversationId, asked } = changed;
  const before = await demandConversation(context, changed, change.permit);
  const at = context.clock.now();
  const conversation = withSettledTransfers(change.become(before, at), at);
  const result = isDeepStrictEqual(conversation, before) ? 'unchanged' : 'done';
  const { action, facts } = change;
  const audit: AuditDraft = { at, action, result, by: asked, conversationId, facts };
  const live = context.live.get(conversationId);
  if (live === undefined || !isActive(before)) {
    await context.store.commit({ conversations: [conversation], audit: [audit] });
    return conversation;
  }
  await applyChange(context, live, { conversation, audit, asked, superseded });
  const wereOpen = openCommunications(before).length;
  if (openCommunications(live.conversation).length < wereOpen) await endIfOver(context, live, asked);
  const isAwaitedNoMore = awaitedUntil(before) !== undefined && awaitedUntil(live.conversation) === undefined;
  if (isAwaitedNoMore && live.cancelLinger !== undefined) awaitAnother(context, live, context.policy.lingerMs);
  return live.conversation;
}

/**
 * Changes a conversation, ended ones included: what cannot be done to one that is over is refused by the change itself.
 * @throws Fault conversationUnknown, whatever `permit` and `become` throw, gateUnconfirmed or storageUnavailable.
 */
export function changeConversation(
  context: ControlContext,
  changed: Changed,
  change: ConversationChange,
): Promise<Conversation> {
  const turn = (): Promise<Conversation> =>
    context.queue.run(changed.conversationId, (superseded) => inTurn(context, changed, change, superseded));
  return noting(context, changed, change.action, () => unlessOvertaken(turn));
}
