/** A participant is replaced by another. Tacet moves no media: it keeps who takes part, and the pause stays as it is. */
import { Fault, handedOver, type Permission, type TransferType, transferred } from '@tacet/domain';
import { changeConversation } from './change-conversation.ts';
import type { ChangedParticipant } from './change-participant.ts';
import type { ControlContext } from './context.ts';
import { forHandover } from './permits.ts';
import { asParticipant, findTarget, type TargetWish } from './transfer-target.ts';

export interface ReplaceParticipant extends ChangedParticipant {
  readonly permissions: readonly Permission[];
  readonly to: TargetWish;
  readonly transferType: TransferType;
}

/**
 * @throws Fault conversationUnknown, participantUnknown, permissionMissing, notParticipant, transferNotConnected,
 *   transferToSameParty, queueUnknown, constraintBroken or storageUnavailable.
 */
export async function replaceParticipant(context: ControlContext, command: ReplaceParticipant): Promise<void> {
  const { actor, participantId, mediaType, permissions, transferType, to } = command;
  await changeConversation(context, command, {
    action: 'transferRequested',
    permit: forHandover(permissions),
    facts: { participantId, transferType },
    become: (conversation, at) => {
      const missing = new Fault('constraintBroken', { field: 'userId, queueId or address', problem: 'is missing' });
      const over = handedOver(conversation, participantId, mediaType);
      const found = findTarget(context, to, missing);
      const initiator = actor.userId === undefined ? {} : { initiatorId: actor.userId };
      const id = context.ids.next();
      const transfer = { id, at, state: 'Active', ...initiator, participantId, transferType, to: found.to } as const;
      return transferred(conversation, { transfer, target: asParticipant(context, found, over, at), at }, mediaType);
    },
  });
}
