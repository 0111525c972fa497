/** Somebody may be let in to publish into a conversation: permission, and an entry in the audit log. */
import { type AuditDraft, type ConversationId, Fault, type MediaType } from '@tacet/domain';
import { type Access, demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import { demandConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';

export interface AllowPublishing extends Request {
  readonly access: Access;
  readonly conversationId: ConversationId;
  readonly mediaType: MediaType;
}

/**
 * Writes down that a token is given out, before it is.
 * @throws Fault conversationUnknown where the conversation is not going on; permissionMissing; storageUnavailable.
 */
export async function allowPublishing(context: ControlContext, command: AllowPublishing): Promise<void> {
  const { conversationId, mediaType, actor, asked, access } = command;
  const judged = { conversationId, actor, asked };
  await demandConversation(context, judged, (conversation, who) => demandAccess(who, access, conversation));
  // Rule: a publishing token is given out only for a conversation that is going on
  if (context.live.get(conversationId) === undefined) throw new Fault('conversationUnknown', { conversationId });
  const about = { at: context.clock.now(), result: 'done', by: asked, conversationId } as const;
  const audit: AuditDraft = { ...about, action: 'tokenIssued', facts: { mediaType } };
  await context.store.commit({ audit: [audit] });
}
