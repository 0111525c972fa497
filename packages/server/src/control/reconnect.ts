/** A conversation whose e-mail is over is taken up again by a user: an answer came, or one more is to be written. */
import {
  type AuditDraft,
  type Conversation,
  type ConversationId,
  Fault,
  isActive,
  type MediaType,
  mediaTypesOf,
  openCommunications,
  type Participant,
} from '@tacet/domain';
import { type Access, demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import { noting } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { keysOf } from './conversation-keys.ts';
import { loadConversation } from './find-conversations.ts';
import { recordItems } from './item-recordings.ts';
import { type Newcomer, withJoining } from './newcomers.ts';
import { userOf } from './own-conversations.ts';

const access: Access = { permissions: ['conversation:communication:reconnect'] };

export interface Reconnect extends Request {
  readonly conversationId: ConversationId;
  readonly mediaType: MediaType;
}

/** Whoever was the last to leave with this medium, and is no user of ours. */
function lastOutside({ participants }: Conversation, mediaType: MediaType): Participant | undefined {
  const outside = participants.filter((p) => p.purpose === 'customer' || p.purpose === 'external');
  return outside
    .filter((p) => p.communications.some((c) => c.mediaType === mediaType))
    .reduce<Participant | undefined>((last, p) => ((last?.leftAt ?? 0) > (p.leftAt ?? 0) ? last : p), undefined);
}

function asNewcomer({ purpose, address, name, attributes }: Participant): Newcomer {
  return {
    purpose,
    address,
    ...(name === undefined ? {} : { name }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

function reconnected(context: ControlContext, command: Reconnect, before: Conversation): Conversation {
  const { actor, mediaType, conversationId } = command;
  if (!mediaTypesOf(before).has(mediaType)) throw new Fault('conversationUnknown', { conversationId });
  if (openCommunications(before).some((c) => c.mediaType === mediaType)) {
    throw new Fault('constraintBroken', { field: 'conversation', problem: 'is still connected' });
  }
  const outside = lastOutside(before, mediaType);
  const details = outside?.communications.findLast((c) => c.mediaType === mediaType)?.details;
  const { endedAt, ...open } = before;
  const media = { mediaType, ...(details === undefined ? {} : { details }) };
  return withJoining(context, open, media, [
    ...(outside === undefined ? [] : [{ who: asNewcomer(outside), direction: 'outbound' as const }]),
    { who: { purpose: 'agent', userId: userOf(actor) }, direction: 'outbound' },
  ]);
}

async function takeUp(context: ControlContext, command: Reconnect): Promise<void> {
  const { actor, asked, conversationId, mediaType } = command;
  const before = await loadConversation(context, conversationId);
  demandAccess(actor, access, before);
  const conversation = reconnected(context, command, before);
  const facts = { mediaType, wasOver: String(!isActive(before)) };
  const about = { at: context.clock.now(), action: 'conversationChanged', result: 'done', conversationId } as const;
  const audit: AuditDraft = { ...about, by: asked, facts };
  await context.store.commit({ conversations: [conversation], audit: [audit] });
  const live = context.live.get(conversationId) ?? context.live.add(conversation);
  live.conversation = conversation;
  context.live.learn(keysOf(conversation), conversationId);
  await recordItems(context, live, asked);
}

/**
 * Connects the user and the customer anew. What was paused when it ended is paused still: only a resume ends a pause.
 * @throws Fault conversationUnknown, permissionMissing, constraintBroken for one that is still connected, userNeeded.
 */
export async function reconnect(context: ControlContext, command: Reconnect): Promise<void> {
  const turn = (): Promise<void> => context.queue.run(command.conversationId, () => takeUp(context, command));
  await noting(context, command, 'conversationChanged', turn);
}
