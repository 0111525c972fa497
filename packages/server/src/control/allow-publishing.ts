/** Somebody may be let in to publish into a conversation: permission, and an entry in the audit log. */
import {
  type AuditDraft,
  type CommunicationId,
  type ConversationId,
  Fault,
  type MediaType,
  openCommunications,
} from '@tacet/domain';
import { type Access, demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import { demandConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import type { LiveConversation } from './live-conversations.ts';

export interface AllowPublishing extends Request {
  readonly access: Access;
  readonly conversationId: ConversationId;
  readonly mediaType: MediaType;
  /** In whose name is written, where the medium is a chat. */
  readonly communicationId?: CommunicationId;
}

/** @throws Fault constraintBroken. */
function demandWriter({ conversation }: LiveConversation, { mediaType, communicationId }: AllowPublishing): void {
  if (mediaType !== 'chat') return;
  // Rule: a token for a chat is given out only for somebody who takes part in it
  const isOpen = openCommunications(conversation).some((one) => one.id === communicationId && one.mediaType === 'chat');
  if (!isOpen) throw new Fault('constraintBroken', { field: 'communicationId', problem: 'names nobody in the chat' });
}

/**
 * Writes down that a token is given out, before it is.
 * @throws Fault conversationUnknown where the conversation is not going on; permissionMissing; constraintBroken for a chat
 *   in which nobody has that communication; storageUnavailable.
 */
export async function allowPublishing(context: ControlContext, command: AllowPublishing): Promise<void> {
  const { conversationId, mediaType, actor, asked, access } = command;
  const judged = { conversationId, actor, asked };
  await demandConversation(context, judged, (conversation, who) => demandAccess(who, access, conversation));
  // Rule: a publishing token is given out only for a conversation that is going on
  const live = context.live.get(conversationId);
  if (live === undefined) throw new Fault('conversationUnknown', { conversationId });
  demandWriter(live, command);
  const about = { at: context.clock.now(), result: 'done', by: asked, conversationId } as const;
  const audit: AuditDraft = { ...about, action: 'tokenIssued', facts: { mediaType } };
  await context.store.commit({ audit: [audit] });
}
