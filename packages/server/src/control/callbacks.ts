/** Callbacks that were agreed: changed, or called off, one after another. */
import {
  after,
  type Communication,
  type CommunicationId,
  type Conversation,
  type ConversationId,
  Fault,
  type Instant,
  isActive,
  limits,
  type Participant,
  type QueueId,
  type UserId,
  withoutCommunications,
} from '@tacet/domain';
import { demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import { changeConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { type ConversationView, viewOf } from './find-conversations.ts';
import { type FirstState, withJoining } from './newcomers.ts';

const mediaType = 'callback';

/** What is to be different about a callback; what is left out stays. */
export interface ChangeCallback extends Request {
  readonly conversationId: ConversationId;
  /** Who is to call back. */
  readonly agentId: UserId;
  readonly queueId?: QueueId;
  readonly numbers?: readonly string[];
  readonly scheduledAt?: Instant;
}

function isWaiting({ mediaType: type, state }: Communication): boolean {
  return type === mediaType && state !== 'disconnected' && state !== 'connected';
}

/**
 * Whether a callback waits for its time, or for somebody who takes it.
 * @throws Fault callbackTooFar.
 */
export function callbackState(now: Instant, scheduledAt: Instant | undefined): FirstState {
  if (scheduledAt === undefined || scheduledAt <= now) return 'alerting';
  if (scheduledAt > after(now, limits.callbackAheadMsMax)) throw new Fault('callbackTooFar');
  return 'scheduled';
}

function changedCallback(
  callback: Communication,
  { numbers, scheduledAt }: ChangeCallback,
  now: Instant,
): Communication {
  if (!isWaiting(callback)) return callback;
  const details = {
    ...callback.details,
    ...(numbers === undefined ? {} : { callbackNumbers: numbers }),
    ...(scheduledAt === undefined ? {} : { callbackScheduledAt: scheduledAt }),
  };
  return { ...callback, details, state: callbackState(now, details.callbackScheduledAt) };
}

function become(context: ControlContext, command: ChangeCallback, before: Conversation, now: Instant): Conversation {
  const { conversationId, agentId, queueId } = command;
  if (!isActive(before)) throw new Fault('conversationUnknown', { conversationId });
  const participants = before.participants.map((participant): Participant => {
    const communications = participant.communications.map((one) => changedCallback(one, command, now));
    const isQueue = participant.purpose === 'acd' && queueId !== undefined && communications.some(isWaiting);
    return { ...participant, communications, ...(isQueue ? { queueId } : {}) };
  });
  const changed = { ...before, participants };
  const callback = participants.flatMap((p) => p.communications).find(isWaiting);
  const isThere = participants.some((p) => p.userId === agentId && p.leftAt === undefined);
  if (callback === undefined || isThere) return changed;
  const { details } = callback;
  const state = callbackState(now, details?.callbackScheduledAt);
  const who = { purpose: 'agent', userId: agentId, ...(queueId === undefined ? {} : { queueId }) } as const;
  const media = { mediaType, ...(details === undefined ? {} : { details }) } as const;
  return withJoining(context, changed, media, [{ who, state, direction: callback.direction }]);
}

/**
 * Changes when and whom to call, and who calls.
 * @throws Fault conversationUnknown, permissionMissing, constraintBroken, callbackTooFar or storageUnavailable.
 */
export async function changeCallback(context: ControlContext, command: ChangeCallback): Promise<ConversationView> {
  const { actor, asked, conversationId } = command;
  const changed = { actor, asked, conversationId, mediaType } as const;
  const conversation = await changeConversation(context, changed, {
    action: 'conversationChanged',
    permit: (before) => demandAccess(actor, { permissions: ['conversation:callback:edit'] }, before),
    facts: { mediaType, agentId: command.agentId },
    become: (before, now) => become(context, command, before, now),
  });
  context.live.expect(conversation);
  return viewOf(context, conversation);
}

export interface EndCallback extends Request {
  readonly conversationId: ConversationId;
  /** One of the callback's communications: it ends for everybody who waits for it. */
  readonly callbackId: CommunicationId;
}

/** @throws Fault conversationUnknown, permissionMissing, participantUnknown or storageUnavailable. */
export async function endCallback(context: ControlContext, command: EndCallback): Promise<void> {
  const { actor, asked, conversationId, callbackId } = command;
  const changed = { actor, asked, conversationId, mediaType } as const;
  await changeConversation(context, changed, {
    action: 'conversationChanged',
    permit: (before) => demandAccess(actor, { permissions: ['conversation:communication:disconnect'] }, before),
    facts: { mediaType, ended: callbackId },
    become: (before, at) => {
      const callbacks = before.participants.flatMap((p) => p.communications.filter((c) => c.mediaType === mediaType));
      if (!callbacks.some(({ id }) => id === callbackId)) throw new Fault('participantUnknown');
      return withoutCommunications(before, (c) => c.mediaType === mediaType, { at, type: 'client' });
    },
  });
}
