/** Participants of a recording session become participants of the conversation; transfers move them. */
import {
  type Communication,
  type CommunicationId,
  type Conversation,
  type Instant,
  limits,
  type Participant,
  type ParticipantId,
  type Purpose,
  purposeByRules,
  type RecordingId,
  withoutParticipants,
  withParticipant,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import type { SessionParticipant } from './recording-session.ts';

/** Into which recording, and when. */
export interface Seating {
  readonly recordingId: RecordingId;
  readonly at: Instant;
  /** Other recordings of the conversation that are going on: who is in one of them stays. */
  readonly others: ReadonlySet<RecordingId>;
}

/**
 * Rules first, then a user's address makes an agent; who comes back is what they were; the first of the others is the
 * customer.
 */
function purposeOf(context: ControlContext, conversation: Conversation, address: string): Purpose {
  const ruled = purposeByRules(context.policy.purposeRules, address);
  if (ruled !== undefined) return ruled;
  if (context.userBySipAddress(address) !== undefined) return 'agent';
  const before = conversation.participants.find((p) => p.address === address);
  if (before !== undefined) return before.purpose;
  return conversation.participants.some((p) => p.purpose === 'customer') ? 'external' : 'customer';
}

function join(
  context: ControlContext,
  conversation: Conversation,
  joining: SessionParticipant,
  seating: Seating,
): Conversation {
  const { address, sourceId } = joining;
  const here = (p: Participant): boolean =>
    p.leftAt === undefined && (p.sourceId === sourceId || p.address === address);
  const known = conversation.participants.find(here);
  const communication: Communication = {
    id: context.ids.next<CommunicationId>(),
    mediaType: 'call',
    state: 'connected',
    direction: 'inbound',
    connectedAt: seating.at,
    recordingId: seating.recordingId,
  };
  const name = joining.name === undefined ? {} : { name: joining.name };
  if (known !== undefined) {
    const isCalling = known.communications.some((c) => isIn(c, seating.recordingId));
    const communications = isCalling ? known.communications : [...known.communications, communication];
    const updated = { ...known, ...name, sourceId: known.sourceId, address, communications };
    return {
      ...conversation,
      participants: conversation.participants.map((p) => (p.id === known.id ? updated : p)),
    };
  }
  if (conversation.participants.length >= limits.participantsPerConversationMax) return conversation;
  const userId = context.userBySipAddress(address);
  return withParticipant(conversation, {
    id: context.ids.next<ParticipantId>(),
    sourceId,
    purpose: purposeOf(context, conversation, address),
    address,
    ...name,
    ...(userId === undefined ? {} : { userId }),
    joinedAt: seating.at,
    communications: [communication],
  });
}

function isIn({ state, recordingId }: Communication, id: RecordingId): boolean {
  return state === 'connected' && recordingId === id;
}

function disconnected(communication: Communication, at: Instant): Communication {
  return { ...communication, state: 'disconnected', disconnectedAt: at };
}

/** Those for whom `goes` holds leave the recording, and the conversation unless another recording has them. */
export function unseat(
  conversation: Conversation,
  goes: (participant: Participant) => boolean,
  { recordingId, at, others }: Seating,
): Conversation {
  const isGoing = (p: Participant): boolean => goes(p) && p.communications.some((c) => isIn(c, recordingId));
  const isElsewhere = ({ communications }: Participant): boolean =>
    communications.some((c) => c.state === 'connected' && c.recordingId !== undefined && others.has(c.recordingId));
  const participants = conversation.participants.map((p) =>
    isGoing(p) && isElsewhere(p)
      ? { ...p, communications: p.communications.map((c) => (isIn(c, recordingId) ? disconnected(c, at) : c)) }
      : p,
  );
  return withoutParticipants({ ...conversation, participants }, isGoing, at);
}

/** The conversation with exactly these participants in the given recording session; the others of it leave. */
export function seat(
  context: ControlContext,
  conversation: Conversation,
  participants: readonly SessionParticipant[],
  seating: Seating,
): Conversation {
  const stays = new Set(participants.flatMap((p) => [p.sourceId, p.address]));
  const left = unseat(conversation, (p) => !stays.has(p.sourceId) && !stays.has(p.address), seating);
  return participants.reduce((seated, joining) => join(context, seated, joining, seating), left);
}

/** Finds the conversation's id for a participant that the source names by its own id. */
export function participantIdOf(
  conversation: Conversation,
  source: SessionParticipant | undefined,
): ParticipantId | undefined {
  if (source === undefined) return undefined;
  return conversation.participants.find(
    (p) => p.leftAt === undefined && (p.sourceId === source.sourceId || p.address === source.address),
  )?.id;
}
