/** What becomes of transfers by what happens after them: by a request, or because the source of the media says so. */
import { concluded } from './consult.ts';
import {
  type Conversation,
  openCommunications,
  type Participant,
  type Transfer,
  withoutCommunications,
} from './conversation.ts';
import type { ParticipantId } from './ids.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';

function isConnected({ communications }: Participant): boolean {
  return communications.some((c) => c.state === 'connected');
}

/** A target that has left took over nothing, but for a queue from which somebody else has taken over. */
function fateOfLeft(target: Participant): Transfer['state'] {
  const isDone = target.purpose === 'acd' && target.communications.at(-1)?.disconnectType === 'transfer';
  return isDone ? 'Complete' : 'Failed';
}

/** `undefined` while the transfer goes on. */
function fateOf({ participants }: Conversation, transfer: Transfer): Transfer['state'] | undefined {
  const find = (id: ParticipantId | undefined): Participant | undefined => participants.find((p) => p.id === id);
  const target = find(transfer.targetId);
  if (target === undefined) return 'Failed';
  if (target.leftAt !== undefined) return fateOfLeft(target);
  if (transfer.consult === undefined) return isConnected(target) ? 'Complete' : undefined;
  if (find(transfer.consult.objectId)?.leftAt !== undefined) return 'Canceled';
  // Who consulted has left: those two are with each other now.
  return find(transfer.participantId)?.leftAt !== undefined ? 'Complete' : undefined;
}

/** Who handed over attended goes when the target is there. */
function withHandedOver(conversation: Conversation, transfer: Transfer, at: Instant): Conversation {
  const target = conversation.participants.find((p) => p.id === transfer.targetId);
  const taken = target?.communications.filter((c) => c.state === 'connected' || c.disconnectType === 'transfer');
  const types = new Set(taken?.map((c) => c.mediaType));
  const ending = { at, type: 'transfer' } as const;
  return withoutCommunications(
    conversation,
    (c, p) => p.id === transfer.participantId && types.has(c.mediaType),
    ending,
  );
}

/** Transfers that were going on and are over by now are noted as what they have become. */
export function withSettledTransfers(conversation: Conversation, at: Instant): Conversation {
  let next = conversation;
  for (const transfer of conversation.transfers ?? []) {
    if (transfer.state !== 'Active') continue;
    const state = fateOf(next, transfer);
    if (state === undefined) continue;
    const isAttended = state === 'Complete' && transfer.consult === undefined && transfer.transferType === 'Attended';
    next = concluded(isAttended ? withHandedOver(next, transfer, at) : next, transfer, { state, at });
  }
  return next;
}

/** Until when somebody who was transferred to is waited for: no longer than a telephone rings. */
export function awaitedUntil(conversation: Conversation): number | undefined {
  if (openCommunications(conversation).length === 0) return undefined;
  const going = (conversation.transfers ?? []).filter((t) => t.state === 'Active');
  return going.length === 0 ? undefined : Math.max(...going.map((t) => t.at)) + limits.transferRingMsMax;
}
