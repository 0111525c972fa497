/** A transfer with a consultation before it: somebody (the object) is talked about with a target, who may take over. */
import {
  type Communication,
  type ConsultVoice,
  type Conversation,
  type Participant,
  released,
  type Transfer,
  withoutCommunications,
} from './conversation.ts';
import { Fault } from './fault.ts';
import type { ParticipantId } from './ids.ts';
import type { Instant } from './instant.ts';
import { isConference, participantOf, withEdited } from './participant-change.ts';
import { type Handover, presentAs, withTarget, withTransfer } from './transfer.ts';

function pendingOf(conversation: Conversation, objectId: ParticipantId): Transfer | undefined {
  return conversation.transfers?.findLast((t) => t.state === 'Active' && t.consult?.objectId === objectId);
}

/** Whom a pending consultation about a participant consults. */
export function consultTarget(conversation: Conversation, objectId: ParticipantId): ParticipantId | undefined {
  return pendingOf(conversation, objectId)?.targetId;
}

/** Who is not spoken to meanwhile is on hold; nobody is once the consultation is over. */
function withVoices(
  conversation: Conversation,
  { consult, targetId }: Transfer,
  { speakTo, at }: { readonly speakTo: ConsultVoice | 'ALL'; readonly at: Instant },
): Conversation {
  const hold = (c: Communication, isHeld: boolean): Communication => {
    if (c.mediaType !== 'call' || c.state === 'disconnected') return c;
    return isHeld && c.state === 'connected' ? { ...c, heldSince: c.heldSince ?? at } : released(c, at);
  };
  const heldId = speakTo === 'DESTINATION' ? consult?.objectId : speakTo === 'OBJECT' ? targetId : undefined;
  const both = [consult?.objectId, targetId].filter((id) => id !== undefined);
  return both.reduce((before, id) => withEdited(before, id, (c) => hold(c, id === heldId)), conversation);
}

function withMark(conversation: Conversation, ids: readonly ParticipantId[], objectId?: ParticipantId): Conversation {
  const participants = conversation.participants.map((p): Participant => {
    if (!ids.includes(p.id)) return p;
    const { consultParticipantId, ...rest } = p;
    return objectId === undefined ? rest : { ...rest, consultParticipantId: objectId };
  });
  return { ...conversation, participants };
}

function demandConsultable(conversation: Conversation, objectId: ParticipantId): void {
  const { communications } = participantOf(conversation, objectId);
  if (!communications.some((c) => c.mediaType === 'call' && c.state === 'connected'))
    throw new Fault('callDisconnected');
  const isPending = pendingOf(conversation, objectId) !== undefined;
  if (isPending || isConference(conversation)) throw new Fault('conferenceUntransferable');
}

/**
 * A consultation begins: its target is asked in, and who is not spoken to is on hold.
 * @throws Fault participantUnknown, callDisconnected, conferenceUntransferable, transferToSelf or constraintBroken.
 */
export function consulted(
  conversation: Conversation,
  { transfer, target, at }: Handover & { readonly transfer: Required<Pick<Transfer, 'consult'>> },
): Conversation {
  const { consult, participantId } = transfer;
  demandConsultable(conversation, consult.objectId);
  const known = presentAs(conversation, target);
  const parties = [participantId, consult.objectId];
  if (participantId === consult.objectId || (known !== undefined && parties.includes(known.id))) {
    throw new Fault('transferToSelf');
  }
  const targetId = known?.id ?? target.id;
  const noted: Transfer = { ...transfer, targetId };
  const joined = withTransfer(withTarget(conversation, target), noted);
  const marked = withMark(joined, [participantId, targetId], consult.objectId);
  return withVoices(marked, noted, { speakTo: consult.speakTo, at });
}

/** Who is spoken to from now on. @throws Fault consultUnknown. */
export function withSpeakTo(
  conversation: Conversation,
  objectId: ParticipantId,
  { speakTo, at }: { readonly speakTo: ConsultVoice; readonly at: Instant },
): Conversation {
  const pending = pendingOf(conversation, objectId);
  if (pending === undefined) throw new Fault('consultUnknown');
  const next: Transfer = { ...pending, consult: { objectId, speakTo } };
  const transfers = (conversation.transfers ?? []).map((t) => (t === pending ? next : t));
  return withVoices({ ...conversation, transfers }, next, { speakTo, at });
}

/** A transfer has come to its end: nobody is on hold for it, and nobody is being consulted any more. */
export function concluded(
  conversation: Conversation,
  transfer: Transfer,
  { state, at }: { readonly state: Transfer['state']; readonly at: Instant },
): Conversation {
  const transfers = (conversation.transfers ?? []).map((t) => (t.id === transfer.id ? { ...t, state } : t));
  const next = { ...conversation, transfers };
  if (transfer.consult === undefined) return next;
  const ids = [transfer.participantId, ...(transfer.targetId === undefined ? [] : [transfer.targetId])];
  return withMark(withVoices(next, transfer, { speakTo: 'ALL', at }), ids);
}

/** The consultation is given up, and its target leaves the call. @throws Fault consultNotStarted. */
export function withoutConsult(conversation: Conversation, objectId: ParticipantId, at: Instant): Conversation {
  const pending = pendingOf(conversation, objectId);
  if (pending === undefined) throw new Fault('consultNotStarted');
  const isTargets = (c: Communication, p: Participant): boolean => p.id === pending.targetId && c.mediaType === 'call';
  const left = withoutCommunications(conversation, isTargets, { at, type: 'transfer.consult' });
  return concluded(left, pending, { state: 'Canceled', at });
}
