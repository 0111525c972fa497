/** A participant is changed by request: connected, ended, held, muted, parked, wrapped up, described. */
import {
  type Attributes,
  type CommunicationId,
  type Conversation,
  changed,
  communicationsIn,
  Fault,
  type ParticipantChange,
  type ParticipantId,
  type Permission,
  participantOf,
  type UserId,
  type WrapupNote,
  withAttributes,
  wrapupOf,
} from '@tacet/domain';
import { demandAccess } from './access.ts';
import { type Changed, changeConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { belongsTo, forParticipants, type Permit, withPermission } from './permits.ts';

/** Which participant, as a door names it, and who else than those who take part may do it. */
export interface ChangedParticipant extends Changed {
  readonly participantId: ParticipantId;
  readonly permissions: readonly Permission[];
}

export interface ChangeParticipant extends ChangedParticipant {
  readonly communicationId?: CommunicationId;
  readonly change: Omit<ParticipantChange, 'wrapup'>;
  readonly wrapup?: WrapupNote;
  /** The permissions are needed by those who take part too (contract: type ANY). */
  readonly isRestricted: boolean;
  /** The one for whom a program acts; has to take part. */
  readonly onBehalfOf?: UserId;
  /** Nothing but the end can be asked for, and has to be. */
  readonly isEndOnly?: true;
}

function demandTakingPart(conversation: Conversation, id: ParticipantId, userId: UserId | undefined): void {
  if (userId !== undefined && !belongsTo(conversation, id, userId)) throw new Fault('participantUnknown');
}

function permitOf(command: ChangeParticipant): Permit {
  const { participantId, permissions, isRestricted, onBehalfOf, change } = command;
  const permit = isRestricted ? withPermission(permissions) : forParticipants(participantId, permissions);
  return (conversation, actor) => {
    permit(conversation, actor);
    demandTakingPart(conversation, participantId, onBehalfOf);
    const isTheirs = actor.userId !== undefined && belongsTo(conversation, participantId, actor.userId);
    // Where hold suppression is set a hold is a pause, and pausing others' conversations is another right.
    // Rule: a user holds only in conversations in which that user takes part
    if (change.isHeld !== undefined && actor.userId !== undefined && !isTheirs) throw new Fault('notParticipant');
    // Rule: to disconnect in a conversation of others takes the permission to disconnect, and no other
    if (change.state === 'disconnected' && !isTheirs) {
      demandAccess(actor, { permissions: ['conversation:communication:disconnect'] }, conversation);
    }
  };
}

/** @throws Fault onlyDisconnectable. */
function demandEnd({ isEndOnly, change }: ChangeParticipant): void {
  const isEnd = change.state === 'disconnected' && Object.keys(change).length === 1;
  if (isEndOnly === true && !isEnd) throw new Fault('onlyDisconnectable');
}

/**
 * Carries out all that is asked for, or nothing. With hold suppression it resolves after the gates have confirmed.
 * @throws Fault conversationUnknown, participantUnknown, resourceUnknown, permissionMissing, notParticipant,
 *   onlyDisconnectable, callDisconnected, holdAlerting, confinementUnfit, wrapupCodeNeeded, constraintBroken,
 *   gateUnconfirmed or storageUnavailable.
 */
export async function changeParticipant(context: ControlContext, command: ChangeParticipant): Promise<void> {
  const { participantId, mediaType, communicationId, change, wrapup } = command;
  const scope = {
    participantId,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(communicationId === undefined ? {} : { communicationId }),
  };
  const members = [...Object.keys(change), ...(wrapup === undefined ? [] : ['wrapup'])];
  const isWrapup = members.length === 1 && wrapup !== undefined;
  await changeConversation(context, command, {
    action: isWrapup ? 'wrapupAssigned' : 'participantChanged',
    permit: permitOf(command),
    facts: { participantId, members },
    become: (conversation, at) => {
      demandEnd(command);
      const note = wrapup === undefined ? {} : { wrapup: wrapupOf(conversation, scope, wrapup, at) };
      return changed(conversation, scope, { ...change, ...note }, at);
    },
  });
}

/**
 * Puts in what a program notes about a participant, and answers all there is. The audit log tells how many they were,
 * and neither names nor values.
 * @throws Fault conversationUnknown, participantUnknown, permissionMissing, constraintBroken or storageUnavailable.
 */
export async function setAttributes(
  context: ControlContext,
  command: ChangedParticipant & { readonly attributes: Attributes },
): Promise<Attributes> {
  const { participantId, attributes, permissions, mediaType } = command;
  const scope = { participantId, ...(mediaType === undefined ? {} : { mediaType }) };
  const conversation = await changeConversation(context, command, {
    action: 'participantChanged',
    permit: forParticipants(participantId, permissions),
    facts: { participantId, members: ['attributes'], attributeCount: Object.keys(attributes).length },
    become: (before) => {
      communicationsIn(before, scope);
      return withAttributes(before, participantId, attributes);
    },
  });
  return participantOf(conversation, participantId).attributes ?? {};
}

/** Marks a participant's media as bad, or takes the mark away. @throws as `setAttributes` does. */
export async function setFlag(
  context: ControlContext,
  command: ChangedParticipant & { readonly isFlagged: boolean },
): Promise<void> {
  const { participantId, permissions, isFlagged } = command;
  await changeConversation(context, command, {
    action: 'participantChanged',
    permit: forParticipants(participantId, permissions),
    facts: { participantId, members: ['flaggedReason'] },
    become: (conversation, at) => {
      const { flaggedAt = at, ...rest } = participantOf(conversation, participantId);
      const next = isFlagged ? { ...rest, flaggedAt } : rest;
      return { ...conversation, participants: conversation.participants.map((p) => (p.id === next.id ? next : p)) };
    },
  });
}
