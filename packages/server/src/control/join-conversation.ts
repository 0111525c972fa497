/** Participants and further media types join a conversation that is going on, by request. */
import {
  type Attributes,
  type ConversationId,
  type ExternalId,
  Fault,
  isActive,
  type ParticipantId,
  withAttributes,
  withExternalIds,
} from '@tacet/domain';
import { type Access, demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import { changeConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { keysOf } from './conversation-keys.ts';
import { type ConversationView, viewOf } from './find-conversations.ts';
import { recordItems } from './item-recordings.ts';
import { type JoinedMedia, type Joining, withJoining } from './newcomers.ts';

export interface JoinConversation extends Request, JoinedMedia {
  readonly access: Access;
  readonly conversationId: ConversationId;
  readonly joining: readonly Joining[];
  /** Further names of the conversation. */
  readonly externalIds?: readonly ExternalId[];
  /** What is noted about one of those who take part already. */
  readonly noted?: { readonly participantId: ParticipantId; readonly attributes: Attributes };
}

/**
 * Adds participants, or a further media type to those who are there. A pause stays what it is, and whatever is captured
 * of the newcomers starts closed in it (P3).
 * @throws Fault conversationUnknown, permissionMissing, permissionsMissing, participantUnknown or constraintBroken.
 */
export async function joinConversation(context: ControlContext, command: JoinConversation): Promise<ConversationView> {
  const { actor, asked, access, conversationId, mediaType, joining, externalIds = [], noted } = command;
  const changed = { actor, asked, conversationId };
  const conversation = await changeConversation(context, changed, {
    action: 'conversationChanged',
    permit: (before) => demandAccess(actor, access, before),
    facts: { mediaType, joined: joining.length },
    become: (before) => {
      if (!isActive(before)) throw new Fault('conversationUnknown', { conversationId });
      const joined = withExternalIds(withJoining(context, before, command, joining), externalIds);
      return noted === undefined ? joined : withAttributes(joined, noted.participantId, noted.attributes);
    },
  });
  context.live.expect(conversation);
  context.live.learn(keysOf({ externalIds }), conversationId);
  await context.queue.run(conversationId, async () => {
    const live = context.live.get(conversationId);
    if (live !== undefined) await recordItems(context, live, asked);
  });
  return viewOf(context, conversation);
}
