/** Participants that a request brings into a conversation, and what they take part with. */
import {
  type Attributes,
  type Communication,
  type CommunicationDetails,
  type CommunicationId,
  type CommunicationState,
  type Conversation,
  Fault,
  type Instant,
  limits,
  type MediaType,
  type Participant,
  type ParticipantId,
  type Purpose,
  type QueueId,
  type UserId,
  withAttributes,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';

/** The states in which a communication can begin. */
export type FirstState = Extract<CommunicationState, 'alerting' | 'dialing' | 'scheduled' | 'connected'>;

/** Somebody who is to take part; what is not said of a user is taken from what is known of them. */
export interface Newcomer {
  readonly purpose: Purpose;
  readonly address?: string;
  readonly name?: string;
  readonly userId?: UserId;
  readonly queueId?: QueueId;
  readonly attributes?: Attributes;
}

/** A newcomer, or somebody who takes part already, and how they do so from now on. */
export interface Joining {
  readonly who: Newcomer | ParticipantId;
  /** Connected when nothing is said. */
  readonly state?: FirstState;
  /** Inbound when nothing is said. */
  readonly direction?: 'inbound' | 'outbound';
}

/** What they take part in. */
export interface JoinedMedia {
  readonly mediaType: MediaType;
  readonly details?: CommunicationDetails;
}

function newCommunication(
  context: ControlContext,
  { mediaType, details }: JoinedMedia,
  { state = 'connected', direction = 'inbound' }: Joining,
  at: Instant,
): Communication {
  return {
    id: context.ids.next<CommunicationId>(),
    mediaType,
    state,
    direction,
    ...(state === 'connected' ? { connectedAt: at } : { alertingAt: at }),
    ...(details === undefined ? {} : { details }),
    standsAlone: true,
  };
}

function newParticipant(
  context: ControlContext,
  newcomer: Newcomer,
  communication: Communication,
  at: Instant,
): Participant {
  const { purpose, userId, queueId } = newcomer;
  const user = userId === undefined ? undefined : context.findUser(userId);
  if (userId !== undefined && user === undefined) {
    throw new Fault('constraintBroken', { field: 'userId', problem: 'names no user' });
  }
  const id = context.ids.next<ParticipantId>();
  const name = newcomer.name ?? user?.name;
  return {
    id,
    sourceId: id,
    purpose,
    // Everybody is reached somewhere; who has no address is told apart by what they are.
    address: newcomer.address ?? user?.addresses[0] ?? userId ?? queueId ?? id,
    ...(name === undefined ? {} : { name }),
    ...(userId === undefined ? {} : { userId }),
    ...(queueId === undefined ? {} : { queueId }),
    joinedAt: at,
    communications: [communication],
  };
}

function withOne(
  context: ControlContext,
  conversation: Conversation,
  media: JoinedMedia,
  joining: Joining,
): Conversation {
  const at = context.clock.now();
  const communication = newCommunication(context, media, joining, at);
  const { participants } = conversation;
  const { who } = joining;
  if (typeof who === 'object') {
    if (participants.length >= limits.participantsPerConversationMax) {
      throw new Fault('constraintBroken', { field: 'participants', problem: 'would be too many' });
    }
    const newcomer = newParticipant(context, who, communication, at);
    const joined = { ...conversation, participants: [...participants, newcomer] };
    return who.attributes === undefined ? joined : withAttributes(joined, newcomer.id, who.attributes);
  }
  const known = participants.find(({ id, leftAt }) => id === who && leftAt === undefined);
  if (known === undefined) throw new Fault('participantUnknown', { participantId: who });
  const joined = { ...known, communications: [...known.communications, communication] };
  return { ...conversation, participants: participants.map((p) => (p === known ? joined : p)) };
}

/**
 * The conversation with those who join; what they begin lasts until somebody ends it by request.
 * @throws Fault constraintBroken or participantUnknown.
 */
export function withJoining(
  context: ControlContext,
  conversation: Conversation,
  media: JoinedMedia,
  joining: readonly Joining[],
): Conversation {
  const count = conversation.participants.reduce((sum, { communications }) => sum + communications.length, 0);
  if (count + joining.length > limits.communicationsPerConversationMax) {
    throw new Fault('constraintBroken', { field: 'participants', problem: 'would have too many communications' });
  }
  return joining.reduce((joined, one) => withOne(context, joined, media, one), conversation);
}
