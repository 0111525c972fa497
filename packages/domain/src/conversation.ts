/** A conversation, its participants and communications, as values with pure transitions. */
import type { CommunicationDetails, Wrapup } from './communication-details.ts';
import type {
  CommunicationId,
  ConversationId,
  DivisionId,
  ParticipantId,
  QueueId,
  RecordingId,
  UserId,
} from './ids.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';
import type { MediaType } from './media-type.ts';
import type { RecordingControl } from './recording-state.ts';
import type { Interval } from './timeline.ts';

export const purposes = ['customer', 'agent', 'ivr', 'external', 'acd', 'api'] as const;
export type Purpose = (typeof purposes)[number];

/** A name by which another system knows this conversation: a SIP Call-ID, a communication session id, a vendor's id. */
export interface ExternalId {
  readonly name: string;
  readonly value: string;
}

/** How far a communication has come; `disconnected` is the end. */
export const communicationStates = ['alerting', 'dialing', 'scheduled', 'connected', 'parked', 'disconnected'] as const;
export type CommunicationState = (typeof communicationStates)[number];

/** What ended a communication, in the contract's words. */
export const disconnectTypes = ['client', 'peer', 'system', 'transfer', 'transfer.consult', 'endpoint'] as const;
export type DisconnectType = (typeof disconnectTypes)[number];

/** One participant's presence in one media type. */
export interface Communication {
  readonly id: CommunicationId;
  readonly mediaType: MediaType;
  readonly state: CommunicationState;
  readonly direction: 'inbound' | 'outbound';
  /** Since when it rings, dials or waits; absent for one that began connected. */
  readonly alertingAt?: Instant;
  /** Absent until it is connected for the first time. */
  readonly connectedAt?: Instant;
  readonly disconnectedAt?: Instant;
  readonly disconnectType?: DisconnectType;
  readonly recordingId?: RecordingId;
  /** Since when the participant is on hold; absent while not. */
  readonly heldSince?: Instant;
  /** Holds that are over, oldest first. */
  readonly holds?: readonly Interval[];
  readonly isMuted?: boolean;
  readonly isConfined?: boolean;
  /** Since when it is parked; absent while not. */
  readonly parkedAt?: Instant;
  /** When the parked one is to be taken up again. */
  readonly resumeAt?: Instant;
  readonly wrapup?: Wrapup;
  /** What only this media type has. */
  readonly details?: CommunicationDetails;
  /** It lasts until somebody ends it through the API; absent for one that lasts as long as its recording session. */
  readonly standsAlone?: true;
}

export interface Participant {
  readonly id: ParticipantId;
  /** The id under which the source of the conversation knows this participant, for matching later updates. */
  readonly sourceId: string;
  readonly purpose: Purpose;
  /** SIP address of record or the like, as the source gave it. */
  readonly address: string;
  readonly name?: string;
  readonly userId?: UserId;
  /** The queue through which the participant came, or which the participant is. */
  readonly queueId?: QueueId;
  /** The participant whom this one is being consulted about (contract: `consultParticipantId`). */
  readonly consultParticipantId?: ParticipantId;
  /** What programs noted about the participant; never shown in logs or in the audit log. */
  readonly attributes?: { readonly [name: string]: string };
  readonly flaggedAt?: Instant;
  /** Nobody is going to wrap up what this participant did (contract: `wrapupSkipped`). */
  readonly isWrapupSkipped?: boolean;
  readonly joinedAt: Instant;
  readonly leftAt?: Instant;
  readonly communications: readonly Communication[];
}

export interface Conversation {
  readonly id: ConversationId;
  readonly divisionId: DivisionId;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly participants: readonly Participant[];
  readonly externalIds: readonly ExternalId[];
  /** The name another system gave it (contract: `externalTag`). */
  readonly externalTag?: string;
  /** The newest transfers, at most as many as the contract shows. */
  readonly transfers?: readonly Transfer[];
  readonly control: RecordingControl;
}

/** To whom the one who consults is speaking meanwhile (contract: `speakTo`). */
export const consultVoices = ['DESTINATION', 'OBJECT', 'BOTH', 'CONFERENCE'] as const;
export type ConsultVoice = (typeof consultVoices)[number];

/** `Attended`: who hands over stays until the target is connected; `Unattended`: leaves at once (contract). */
export const transferTypes = ['Attended', 'Unattended'] as const;
export type TransferType = (typeof transferTypes)[number];

/** A transfer that was carried out or asked for (contract: `TransferResponse`). */
export interface Transfer {
  /** Names the command. */
  readonly id: string;
  readonly at: Instant;
  readonly state: 'Pending' | 'Active' | 'Complete' | 'Canceled' | 'Failed' | 'Timeout' | 'Unknown';
  readonly initiatorId?: UserId;
  /** Who hands over. */
  readonly participantId: ParticipantId;
  /** Who takes over, once they are a participant. */
  readonly targetId?: ParticipantId;
  readonly transferType?: TransferType;
  /** For a transfer with a consultation before it: who is being transferred, and who hears whom meanwhile. */
  readonly consult?: { readonly objectId: ParticipantId; readonly speakTo: ConsultVoice };
  readonly to: { readonly userId?: UserId; readonly queueId?: QueueId; readonly address?: string };
}

export function isActive(conversation: Conversation): boolean {
  return conversation.endedAt === undefined;
}

/** The media types of communications in this conversation, ended ones included. */
export function mediaTypesOf(conversation: Conversation): ReadonlySet<MediaType> {
  return new Set(conversation.participants.flatMap((p) => p.communications.map((c) => c.mediaType)));
}

/** Whether the user has a communication in this conversation that is still connected. */
export function isActiveParticipant(conversation: Conversation, userId: UserId): boolean {
  return conversation.participants.some(
    (p) => p.userId === userId && p.leftAt === undefined && p.communications.some((c) => c.state === 'connected'),
  );
}

/** Whether the user is in this conversation and has not left: connected, or still being rung. */
export function takesPart(conversation: Conversation, userId: UserId): boolean {
  return conversation.participants.some((p) => p.userId === userId && p.leftAt === undefined);
}

/** Communications that are not over. */
export function openCommunications({ participants }: Conversation): readonly Communication[] {
  return participants.flatMap((p) => p.communications.filter((c) => c.state !== 'disconnected'));
}

/** Whether something goes on that ends by request only, so that no recording session is needed to keep it alive. */
export function isKeptOpen(conversation: Conversation): boolean {
  return openCommunications(conversation).some((c) => c.standsAlone === true);
}

/** When a communication ended, and by what if that is known. */
export interface Ending {
  readonly at: Instant;
  readonly type?: DisconnectType;
}

/** The communication, off hold, with the hold that is over in its history. */
export function released(communication: Communication, at: Instant): Communication {
  const { heldSince, ...rest } = communication;
  if (heldSince === undefined) return communication;
  const holds = [...(rest.holds ?? []), { from: heldSince, to: at }].slice(-limits.holdsPerCommunicationMax);
  return { ...rest, holds };
}

/** The communication, ended; one that is over stays as it ended. A hold is over with it. */
export function disconnected(communication: Communication, { at, type }: Ending): Communication {
  if (communication.state === 'disconnected') return communication;
  const { parkedAt, resumeAt, ...rest } = released(communication, at);
  return {
    ...rest,
    state: 'disconnected',
    disconnectedAt: at,
    ...(type === undefined ? {} : { disconnectType: type }),
  };
}

function leave(participant: Participant, ending: Ending): Participant {
  if (participant.leftAt !== undefined) return participant;
  const communications = participant.communications.map((c) => disconnected(c, ending));
  return { ...participant, leftAt: ending.at, communications };
}

/** A participant joins, or the known one with the same source id comes back or changes its name and address. */
export function withParticipant(conversation: Conversation, joining: Participant): Conversation {
  const known = conversation.participants.some((p) => p.sourceId === joining.sourceId && p.leftAt === undefined);
  const participants = known
    ? conversation.participants.map((p) =>
        p.sourceId === joining.sourceId && p.leftAt === undefined
          ? { ...joining, id: p.id, joinedAt: p.joinedAt, communications: p.communications }
          : p,
      )
    : [...conversation.participants, joining];
  return { ...conversation, participants };
}

/** Those for whom `leaves` holds leave at `at`; the others remain. */
export function withoutParticipants(
  conversation: Conversation,
  leaves: (participant: Participant) => boolean,
  at: Instant,
): Conversation {
  return { ...conversation, participants: conversation.participants.map((p) => (leaves(p) ? leave(p, { at }) : p)) };
}

/** Communications for which `ends` holds are over; whoever has none left that is open leaves. */
export function withoutCommunications(
  conversation: Conversation,
  ends: (communication: Communication, participant: Participant) => boolean,
  ending: Ending,
): Conversation {
  const participants = conversation.participants.map((participant): Participant => {
    const isEnding = (c: Communication): boolean => c.state !== 'disconnected' && ends(c, participant);
    if (!participant.communications.some(isEnding)) return participant;
    const communications = participant.communications.map((c) => (isEnding(c) ? disconnected(c, ending) : c));
    const isGone = communications.every((c) => c.state === 'disconnected') && participant.leftAt === undefined;
    return { ...participant, communications, ...(isGone ? { leftAt: ending.at } : {}) };
  });
  return { ...conversation, participants };
}

/** Everyone leaves and the conversation is over; causes of a pause stay with it as history. */
export function ended(conversation: Conversation, at: Instant, type?: DisconnectType): Conversation {
  if (conversation.endedAt !== undefined) return conversation;
  const ending = type === undefined ? { at } : { at, type };
  return { ...conversation, participants: conversation.participants.map((p) => leave(p, ending)), endedAt: at };
}

export function withExternalIds(conversation: Conversation, ids: readonly ExternalId[]): Conversation {
  const isNew = (id: ExternalId): boolean =>
    !conversation.externalIds.some((known) => known.name === id.name && known.value === id.value);
  const added = ids.filter(isNew);
  if (added.length === 0) return conversation;
  const externalIds = [...conversation.externalIds, ...added].slice(0, limits.externalIdsPerConversationMax);
  return { ...conversation, externalIds };
}
