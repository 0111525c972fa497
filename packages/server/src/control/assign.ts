/** A conversation that waits is given to a user, without regard to queues and skills. */
import {
  type Actor,
  type Conversation,
  Fault,
  isActive,
  type MediaType,
  openCommunications,
  type Permission,
  queueOf,
  type UserId,
  withQueueDone,
  withTarget,
} from '@tacet/domain';
import { demandAccess } from './access.ts';
import { type Changed, changeConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { asParticipant, findTarget } from './transfer-target.ts';

/** Who takes a conversation for themselves pulls it; who gives it to somebody assigns it. */
const rights: { readonly [type in MediaType]?: { readonly pull: Permission; readonly assign: Permission } } = {
  call: { pull: 'conversation:call:pull', assign: 'conversation:call:assign' },
  callback: { pull: 'conversation:callback:pull', assign: 'conversation:callback:assign' },
  chat: { pull: 'conversation:webchat:pull', assign: 'conversation:webchat:assign' },
  email: { pull: 'conversation:email:pull', assign: 'conversation:email:assign' },
  message: { pull: 'conversation:message:pull', assign: 'conversation:message:assign' },
};

/** The permissions of every type, for the door. */
export const assignPermissions: readonly Permission[] = Object.values(rights).flatMap(({ pull, assign }) => [
  pull,
  assign,
]);

/** The types of a conversation that are waiting for somebody, or go on. */
function openTypes(conversation: Conversation): readonly MediaType[] {
  return [...new Set(openCommunications(conversation).map((c) => c.mediaType))].filter((type) => type in rights);
}

function permit(userId: UserId, conversation: Conversation, actor: Actor): void {
  // Rule: pulling a conversation and assigning it to somebody else are separate rights
  const wanted = actor.userId === userId ? 'pull' : 'assign';
  const permissions = openTypes(conversation).flatMap((type) => rights[type]?.[wanted] ?? []);
  demandAccess(actor, { permissions }, conversation);
}

/** What the newcomer takes part in: one communication of each type, as somebody has it who is there. */
function join(
  context: ControlContext,
  conversation: Conversation,
  userId: UserId,
  at: Conversation['startedAt'],
): Conversation {
  const types = openTypes(conversation);
  if (!isActive(conversation) || types.length === 0) throw new Fault('conversationUnknown');
  const found = findTarget(context, { userId }, new Fault('constraintBroken', { field: 'id', problem: 'is missing' }));
  const over = types.flatMap((type) => openCommunications(conversation).find((c) => c.mediaType === type) ?? []);
  const queueId = queueOf(conversation);
  const joining = { ...asParticipant(context, found, over, at), ...(queueId === undefined ? {} : { queueId }) };
  const served = withQueueDone(conversation, at);
  return withTarget(served, joining);
}

/**
 * Rings the user, in every media type that goes on and in which the user does not take part already.
 * @throws Fault conversationUnknown, permissionMissing, constraintBroken for a user who is not known, storageUnavailable.
 */
export async function assignUser(
  context: ControlContext,
  command: Changed & { readonly userId: UserId },
): Promise<void> {
  const { userId } = command;
  await changeConversation(context, command, {
    action: 'conversationChanged',
    permit: (conversation, actor) => permit(userId, conversation, actor),
    facts: { assigned: userId },
    become: (before, at) => join(context, before, userId, at),
  });
}
