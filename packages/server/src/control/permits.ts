/** Who may change a conversation: those who take part, and others with a permission in its division (P12). */
import {
  type Actor,
  type Conversation,
  Fault,
  isActiveParticipant,
  type ParticipantId,
  type Permission,
  takesPart,
  type UserId,
} from '@tacet/domain';
import { demandAccess } from './access.ts';

/** @throws Fault when the actor may not. */
export type Permit = (conversation: Conversation, actor: Actor) => void;

/** Whether the participant is this user, even one who has left. */
function isUser({ participants }: Conversation, id: ParticipantId, userId: UserId): boolean {
  return participants.some((p) => p.id === id && p.userId === userId);
}

/** Whether the user takes part, or was this participant. */
export function belongsTo(conversation: Conversation, id: ParticipantId, userId: UserId): boolean {
  return takesPart(conversation, userId) || isUser(conversation, id, userId);
}

/** One of the permissions is needed. */
export function withPermission(permissions: readonly Permission[]): Permit {
  return (conversation, actor) => demandAccess(actor, { permissions }, conversation);
}

/** Who takes part, or was this participant, needs no permission (contract: type NO); others need one of these. */
export function forParticipants(participantId: ParticipantId, permissions: readonly Permission[]): Permit {
  return (conversation, actor) => {
    const isTheirs = actor.userId !== undefined && belongsTo(conversation, participantId, actor.userId);
    // Rule: who takes part needs no permission where the contract asks for none, and everybody else does
    if (!isTheirs) demandAccess(actor, { permissions }, conversation);
  };
}

/**
 * Whoever hands a conversation over decides who takes part in it, and so who may pause it as one's own: the permission
 * is not enough for a user who does not take part. Programs have no conversations of their own, and the permission is.
 */
export function forHandover(permissions: readonly Permission[]): Permit {
  return (conversation, actor) => {
    demandAccess(actor, { permissions }, conversation);
    // Rule: a user hands over only conversations in which that user takes part
    if (actor.userId !== undefined && !isActiveParticipant(conversation, actor.userId))
      throw new Fault('notParticipant');
  };
}
