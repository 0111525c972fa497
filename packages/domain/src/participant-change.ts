/** What can be asked of a participant, as pure transitions: connect, disconnect, hold, mute, park, wrap up. */
import type { Wrapup } from './communication-details.ts';
import {
  type Communication,
  type Conversation,
  type Participant,
  released,
  withoutCommunications,
} from './conversation.ts';
import { Fault } from './fault.ts';
import type { CommunicationId, ParticipantId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { MediaType } from './media-type.ts';

/** Whose communications are meant: one of them, those of a media type, or all. */
export interface CommunicationScope {
  readonly participantId: ParticipantId;
  readonly mediaType?: MediaType;
  readonly communicationId?: CommunicationId;
}

/** What is to be different; what is left out stays (contract: `MediaParticipantRequest`). */
export interface ParticipantChange {
  readonly state?: 'connected' | 'disconnected' | 'parked';
  readonly isHeld?: boolean;
  readonly isMuted?: boolean;
  readonly isConfined?: boolean;
  readonly resumeAt?: Instant;
  readonly wrapup?: Wrapup;
  readonly isWrapupSkipped?: boolean;
}

/** @throws Fault participantUnknown. */
export function participantOf(conversation: Conversation, id: ParticipantId): Participant {
  const found = conversation.participants.find((participant) => participant.id === id);
  if (found === undefined) throw new Fault('participantUnknown');
  return found;
}

export function isInScope({ mediaType, communicationId }: CommunicationScope, communication: Communication): boolean {
  if (communicationId !== undefined && communication.id !== communicationId) return false;
  return mediaType === undefined || communication.mediaType === mediaType;
}

/**
 * The communications of a scope, oldest first; at least one.
 * @throws Fault participantUnknown, or resourceUnknown for a communication that the participant does not have.
 */
export function communicationsIn(conversation: Conversation, scope: CommunicationScope): readonly Communication[] {
  const { communications } = participantOf(conversation, scope.participantId);
  const found = communications.filter((communication) => isInScope(scope, communication));
  if (found.length > 0) return found;
  throw new Fault(scope.communicationId === undefined ? 'participantUnknown' : 'resourceUnknown');
}

/** The conversation with one participant's communications edited, as far as `edit` changes any. */
export function withEdited(
  conversation: Conversation,
  id: ParticipantId,
  edit: (communication: Communication) => Communication,
): Conversation {
  const participants = conversation.participants.map((p) =>
    p.id === id ? { ...p, communications: p.communications.map(edit) } : p,
  );
  return { ...conversation, participants };
}

/** The communication, connected; since when it rang or was parked stays in it as history. */
export function connected(communication: Communication, at: Instant): Communication {
  const { parkedAt, resumeAt, ...rest } = communication;
  return { ...rest, state: 'connected', connectedAt: communication.connectedAt ?? at };
}

/** Those of a scope that are not over. @throws Fault callDisconnected when all are. */
function going(conversation: Conversation, scope: CommunicationScope): readonly Communication[] {
  const found = communicationsIn(conversation, scope).filter((c) => c.state !== 'disconnected');
  if (found.length === 0) throw new Fault('callDisconnected');
  return found;
}

type Edit = (communication: Communication) => Communication;

function withState(
  conversation: Conversation,
  scope: CommunicationScope,
  { state, at }: { readonly state: 'connected' | 'disconnected' | 'parked'; readonly at: Instant },
): Conversation {
  const ids = new Set(going(conversation, scope).map((c) => c.id));
  if (state === 'disconnected') {
    return withoutCommunications(conversation, (c) => ids.has(c.id), { at, type: 'client' });
  }
  const edit: Edit = (c) => {
    if (state === 'connected') return connected(c, at);
    return { ...c, state: 'parked', parkedAt: c.parkedAt ?? at };
  };
  return withEdited(conversation, scope.participantId, (c) => (ids.has(c.id) ? edit(c) : c));
}

/** Puts on hold, or takes off it. @throws Fault holdAlerting when nothing is connected that could be held. */
function withHold(
  conversation: Conversation,
  scope: CommunicationScope,
  { isHeld, at }: { readonly isHeld: boolean; readonly at: Instant },
): Conversation {
  const fit = going(conversation, scope).filter((c) => c.state === 'connected' || c.heldSince !== undefined);
  const ids = new Set(fit.map((c) => c.id));
  if (isHeld && ids.size === 0) throw new Fault('holdAlerting');
  const edit: Edit = (c) => (isHeld ? { ...c, heldSince: c.heldSince ?? at } : released(c, at));
  return withEdited(conversation, scope.participantId, (c) => (ids.has(c.id) ? edit(c) : c));
}

/** Whether more than two are connected in calls with each other. */
export function isConference({ participants }: Conversation): boolean {
  const talking = participants.filter(({ communications }) =>
    communications.some((c) => c.mediaType === 'call' && c.state === 'connected'),
  );
  return talking.length > 2;
}

function withMute(conversation: Conversation, scope: CommunicationScope, change: ParticipantChange): Conversation {
  const ids = new Set(going(conversation, scope).map((c) => c.id));
  if (change.isConfined === true && !isConference(conversation)) throw new Fault('confinementUnfit');
  const muted = change.isMuted === undefined ? {} : { isMuted: change.isMuted };
  const confined = change.isConfined === undefined ? {} : { isConfined: change.isConfined };
  return withEdited(conversation, scope.participantId, (c) => (ids.has(c.id) ? { ...c, ...muted, ...confined } : c));
}

function withResumeAt(conversation: Conversation, scope: CommunicationScope, resumeAt: Instant): Conversation {
  const parked = new Set(
    going(conversation, scope)
      .filter((c) => c.state === 'parked')
      .map((c) => c.id),
  );
  if (parked.size === 0) {
    throw new Fault('constraintBroken', { field: 'resumeTime', problem: 'needs a communication that is parked' });
  }
  return withEdited(conversation, scope.participantId, (c) => (parked.has(c.id) ? { ...c, resumeAt } : c));
}

/** The newest communication of the scope is wrapped up, even one that is over. */
export function withWrapup(conversation: Conversation, scope: CommunicationScope, wrapup: Wrapup): Conversation {
  const newest = communicationsIn(conversation, scope).at(-1);
  return withEdited(conversation, scope.participantId, (c) => (c.id === newest?.id ? { ...c, wrapup } : c));
}

/**
 * The conversation with everything that was asked for, or none of it.
 * @throws Fault participantUnknown, resourceUnknown, callDisconnected, holdAlerting, confinementUnfit, constraintBroken.
 */
export function changed(
  conversation: Conversation,
  scope: CommunicationScope,
  change: ParticipantChange,
  at: Instant,
): Conversation {
  const { state, isHeld, isMuted, isConfined, resumeAt, wrapup, isWrapupSkipped } = change;
  communicationsIn(conversation, scope);
  let next = conversation;
  // Wrapping up comes first: it may be said in the same breath as the end.
  if (wrapup !== undefined) next = withWrapup(next, scope, wrapup);
  if (isWrapupSkipped !== undefined) {
    const participants = next.participants.map((p) => (p.id === scope.participantId ? { ...p, isWrapupSkipped } : p));
    next = { ...next, participants };
  }
  if (state === 'connected' || state === 'parked') next = withState(next, scope, { state, at });
  if (resumeAt !== undefined) next = withResumeAt(next, scope, resumeAt);
  if (isMuted !== undefined || isConfined !== undefined) next = withMute(next, scope, change);
  if (isHeld !== undefined) next = withHold(next, scope, { isHeld, at });
  if (state === 'disconnected') next = withState(next, scope, { state, at });
  return next;
}
