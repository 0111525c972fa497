/** One participant hands over to another: pure transitions. */
import {
  type Communication,
  type Conversation,
  type Participant,
  type Transfer,
  withoutCommunications,
} from './conversation.ts';
import { Fault } from './fault.ts';
import type { ParticipantId, QueueId } from './ids.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';
import type { MediaType } from './media-type.ts';
import { participantOf } from './participant-change.ts';

/** A target that is to join, or that takes part already. */
export interface Handover {
  readonly transfer: Transfer;
  readonly target: Participant;
  readonly at: Instant;
}

/** The communications that a participant would hand over. @throws Fault participantUnknown or transferNotConnected. */
export function handedOver(
  conversation: Conversation,
  id: ParticipantId,
  mediaType?: MediaType,
): readonly Communication[] {
  const found = participantOf(conversation, id).communications.filter(
    (c) => c.state === 'connected' && (mediaType === undefined || c.mediaType === mediaType),
  );
  if (found.length === 0) throw new Fault('transferNotConnected');
  return found;
}

/** The one who is here already and is the same as somebody who is to join. */
export function presentAs(conversation: Conversation, joining: Participant): Participant | undefined {
  return conversation.participants.find(
    (p) =>
      p.leftAt === undefined &&
      (joining.userId === undefined ? p.address === joining.address : p.userId === joining.userId),
  );
}

/** The target with what it takes over: joined, or added to what it has. @throws Fault constraintBroken. */
export function withTarget(conversation: Conversation, target: Participant): Conversation {
  const known = presentAs(conversation, target);
  if (known === undefined) {
    if (conversation.participants.length >= limits.participantsPerConversationMax) {
      throw new Fault('constraintBroken', { field: 'participants', problem: 'are as many as a conversation takes' });
    }
    return { ...conversation, participants: [...conversation.participants, target] };
  }
  const has = (c: Communication): boolean =>
    known.communications.some((own) => own.mediaType === c.mediaType && own.state !== 'disconnected');
  const communications = [...known.communications, ...target.communications.filter((c) => !has(c))];
  const joined: Participant = { ...known, communications };
  return { ...conversation, participants: conversation.participants.map((p) => (p === known ? joined : p)) };
}

/** The newest transfers are kept; those that are still going on are the last to be forgotten. */
export function withTransfer(conversation: Conversation, transfer: Transfer): Conversation {
  const all = [...(conversation.transfers ?? []), transfer];
  const surplus = Math.max(0, all.length - limits.transfersPerConversationMax);
  const isGoing = (t: Transfer): boolean => t.state === 'Active';
  const forgotten = new Set([...all.filter((t) => !isGoing(t)), ...all.filter(isGoing)].slice(0, surplus));
  return { ...conversation, transfers: all.filter((t) => !forgotten.has(t)) };
}

/**
 * Hands over what is connected of a media type, or of all: at once, or once the target is connected (`Attended`).
 * @throws Fault participantUnknown, transferNotConnected, transferToSameParty or constraintBroken.
 */
export function transferred(
  conversation: Conversation,
  { transfer, target, at }: Handover,
  mediaType?: MediaType,
): Conversation {
  const leaving = handedOver(conversation, transfer.participantId, mediaType);
  const known = presentAs(conversation, target);
  if (known?.id === transfer.participantId) throw new Fault('transferToSameParty');
  const targetId = known?.id ?? target.id;
  const noted = withTransfer(withTarget(conversation, target), { ...transfer, targetId });
  if (transfer.transferType === 'Attended') return noted;
  const ids = new Set(leaving.map((c) => c.id));
  return withoutCommunications(noted, (c) => ids.has(c.id), { at, type: 'transfer' });
}

/** A queue that a request named, and no participant that a recording has. */
function isWaitingQueue({ purpose, queueId, leftAt, communications }: Participant): boolean {
  const isRecorded = communications.some((c) => c.recordingId !== undefined);
  return purpose === 'acd' && queueId !== undefined && leftAt === undefined && !isRecorded;
}

/** The queue in which a conversation waits. */
export function queueOf({ participants }: Conversation): QueueId | undefined {
  return participants.findLast(isWaitingQueue)?.queueId;
}

/** Somebody has come for those who wait in a queue: the queue is done with them. */
export function withQueueDone(conversation: Conversation, at: Instant): Conversation {
  return withoutCommunications(conversation, (_, p) => isWaitingQueue(p), { at, type: 'transfer' });
}
