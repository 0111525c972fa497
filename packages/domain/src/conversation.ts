/** A conversation, its participants and communications, as values with pure transitions. */
import type { CommunicationId, ConversationId, DivisionId, ParticipantId, RecordingId, UserId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { MediaType } from './media-type.ts';
import type { RecordingControl } from './recording-state.ts';

export const purposes = ['customer', 'agent', 'ivr', 'external'] as const;
export type Purpose = (typeof purposes)[number];

/** A name by which another system knows this conversation: a SIP Call-ID, a communication session id, a vendor's id. */
export interface ExternalId {
  readonly name: string;
  readonly value: string;
}

/** One participant's presence in one media type. */
export interface Communication {
  readonly id: CommunicationId;
  readonly mediaType: MediaType;
  readonly state: 'connected' | 'disconnected';
  readonly direction: 'inbound' | 'outbound';
  readonly connectedAt: Instant;
  readonly disconnectedAt?: Instant;
  readonly recordingId?: RecordingId;
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
  readonly control: RecordingControl;
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

function leave(participant: Participant, at: Instant): Participant {
  if (participant.leftAt !== undefined) return participant;
  const communications = participant.communications.map(
    (c): Communication => (c.state === 'disconnected' ? c : { ...c, state: 'disconnected', disconnectedAt: at }),
  );
  return { ...participant, leftAt: at, communications };
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

/** The participants that `stays` names remain; those for which it is false leave at `at`. */
export function withoutParticipants(
  conversation: Conversation,
  leaves: (participant: Participant) => boolean,
  at: Instant,
): Conversation {
  return { ...conversation, participants: conversation.participants.map((p) => (leaves(p) ? leave(p, at) : p)) };
}

/** Everyone leaves and the conversation is over; causes of a pause stay with it as history. */
export function ended(conversation: Conversation, at: Instant): Conversation {
  if (conversation.endedAt !== undefined) return conversation;
  return { ...withoutParticipants(conversation, () => true, at), endedAt: at };
}

export function withExternalIds(conversation: Conversation, ids: readonly ExternalId[]): Conversation {
  const isNew = (id: ExternalId): boolean =>
    !conversation.externalIds.some((known) => known.name === id.name && known.value === id.value);
  const added = ids.filter(isNew);
  return added.length === 0 ? conversation : { ...conversation, externalIds: [...conversation.externalIds, ...added] };
}
