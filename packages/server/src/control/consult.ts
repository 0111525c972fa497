/** A consultation before a transfer: begun, turned to the other side, given up. */
import {
  type ConsultVoice,
  type Conversation,
  consulted,
  consultTarget,
  Fault,
  handedOver,
  type ParticipantId,
  type UserId,
  withoutConsult,
  withSpeakTo,
} from '@tacet/domain';
import { changeConversation } from './change-conversation.ts';
import type { ChangedParticipant } from './change-participant.ts';
import type { ControlContext } from './context.ts';
import { forHandover, forParticipants } from './permits.ts';
import { asParticipant, findTarget, type TargetWish } from './transfer-target.ts';

export interface Consult extends ChangedParticipant {
  readonly to: TargetWish;
  readonly speakTo: ConsultVoice;
  /** Who consults, where the token has no user. */
  readonly consultingUserId?: UserId;
}

/** @throws Fault consultInitiatorNeeded or consultNotTakingPart. */
function initiatorOf(conversation: Conversation, userId: UserId | undefined): ParticipantId {
  if (userId === undefined) throw new Fault('consultInitiatorNeeded');
  const isCalling = conversation.participants.find(
    (p) => p.userId === userId && p.communications.some((c) => c.mediaType === 'call' && c.state === 'connected'),
  );
  if (isCalling === undefined) throw new Fault('consultNotTakingPart');
  return isCalling.id;
}

/**
 * Asks somebody in, about the participant who is to be transferred; who is not spoken to meanwhile is on hold.
 * @returns the participant who is consulted.
 * @throws Fault conversationUnknown, participantUnknown, permissionMissing, notParticipant, consultInitiatorNeeded,
 *   consultNotTakingPart, consultDestinationNeeded, transferToSelf, conferenceUntransferable, callDisconnected,
 *   queueUnknown, constraintBroken, gateUnconfirmed or storageUnavailable.
 */
export async function startConsult(context: ControlContext, command: Consult): Promise<ParticipantId> {
  const { actor, participantId: objectId, permissions, speakTo, to, consultingUserId } = command;
  const userId = actor.userId ?? consultingUserId;
  const conversation = await changeConversation(context, command, {
    action: 'consultChanged',
    permit: forHandover(permissions),
    facts: { participantId: objectId, speakTo },
    become: (before, at) => {
      const participantId = initiatorOf(before, userId);
      const found = findTarget(context, to, new Fault('consultDestinationNeeded'));
      const over = handedOver(before, participantId, 'call').slice(0, 1);
      const initiator = userId === undefined ? {} : { initiatorId: userId };
      const about = { id: context.ids.next(), at, participantId, transferType: 'Attended', to: found.to } as const;
      const transfer = { ...about, ...initiator, state: 'Active', consult: { objectId, speakTo } } as const;
      return consulted(before, { transfer, target: asParticipant(context, found, over, at), at });
    },
  });
  return targetOf(conversation, objectId);
}

function targetOf(conversation: Conversation, objectId: ParticipantId): ParticipantId {
  const targetId = consultTarget(conversation, objectId);
  if (targetId === undefined) throw new Fault('consultUnknown');
  return targetId;
}

/** @throws Fault as `startConsult`, or consultUnknown when there is none. */
export async function turnConsult(
  context: ControlContext,
  command: ChangedParticipant & { readonly speakTo: ConsultVoice },
): Promise<ParticipantId> {
  const { participantId, permissions, speakTo } = command;
  const conversation = await changeConversation(context, command, {
    action: 'consultChanged',
    permit: forParticipants(participantId, permissions),
    facts: { participantId, speakTo },
    become: (before, at) => withSpeakTo(before, participantId, { speakTo, at }),
  });
  return targetOf(conversation, participantId);
}

/** @throws Fault as `startConsult`, or consultNotStarted when there is none. */
export async function cancelConsult(context: ControlContext, command: ChangedParticipant): Promise<void> {
  const { participantId, permissions } = command;
  await changeConversation(context, command, {
    action: 'consultChanged',
    permit: forParticipants(participantId, permissions),
    facts: { participantId },
    become: (before, at) => withoutConsult(before, participantId, at),
  });
}
