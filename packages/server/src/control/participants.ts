/** Participants of a recording session become participants of the conversation; transfers move them. */
import {
  type Communication,
  type CommunicationId,
  type Conversation,
  type Instant,
  isCalledBackAt,
  isSameNumber,
  limits,
  type MediaType,
  type Participant,
  type ParticipantId,
  type Purpose,
  purposeByRules,
  queueOf,
  type RecordingId,
  withoutCommunications,
  withParticipant,
  withQueueDone,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import type { SessionParticipant } from './recording-session.ts';

/** Into which recording, and when. */
export interface Seating {
  readonly recordingId: RecordingId;
  /** What its communications are; calls when left out. */
  readonly mediaType?: MediaType;
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

function isCarriedAs(
  { mediaType, state, recordingId }: Communication,
  { mediaType: type = 'call' }: Pick<Seating, 'mediaType'>,
): boolean {
  return mediaType === type && state !== 'disconnected' && recordingId !== undefined;
}

/** Who the joining one is already: by the source's id or the address, or the same user, as long as no recording has them. */
function knownAs(
  context: ControlContext,
  { participants }: Conversation,
  { address, sourceId }: SessionParticipant,
  seating: Seating,
): Participant | undefined {
  const here = participants.filter((p) => p.leftAt === undefined);
  const named = here.find((p) => p.sourceId === sourceId || p.address === address);
  const userId = context.userBySipAddress(address);
  if (named !== undefined) return named;
  const isAwaited = (p: Participant): boolean =>
    (isExpected(p) && isSameNumber(p.address, address)) || isCalledBackAt(p, address);
  if (userId === undefined) return here.find(isAwaited);
  return here.find((p) => p.userId === userId && !p.communications.some((c) => isCarriedAs(c, seating)));
}

/** Somebody outside to whom a request has transferred the call, and who was not seen yet. */
function isExpected({ userId, queueId, communications }: Participant): boolean {
  const isRung = ({ mediaType, state, recordingId }: Communication): boolean =>
    mediaType === 'call' && (state === 'dialing' || state === 'alerting') && recordingId === undefined;
  return userId === undefined && queueId === undefined && communications.some(isRung);
}

/**
 * Their communications, `joining` among them; one that was announced through the API becomes it, and ends with its
 * recording session.
 */
function withJoining(calls: readonly Communication[], joining: Communication): readonly Communication[] {
  const announced = calls.find(
    (c) => c.mediaType === joining.mediaType && c.state !== 'disconnected' && c.recordingId === undefined,
  );
  if (announced === undefined) return [...calls, joining];
  const { standsAlone, ...call } = announced;
  const { state, recordingId } = joining;
  const now: Communication = { ...call, state, ...(recordingId === undefined ? {} : { recordingId }) };
  return calls.map((c) => (c === announced ? { ...joining, ...now } : c));
}

function join(
  context: ControlContext,
  conversation: Conversation,
  joining: SessionParticipant,
  seating: Seating,
): Conversation {
  const { address, sourceId } = joining;
  const known = knownAs(context, conversation, joining, seating);
  const communication: Communication = {
    id: context.ids.next<CommunicationId>(),
    mediaType: seating.mediaType ?? 'call',
    state: 'connected',
    direction: 'inbound',
    connectedAt: seating.at,
    recordingId: seating.recordingId,
  };
  const name = joining.name === undefined ? {} : { name: joining.name };
  if (known !== undefined) {
    const isInIt = known.communications.some((c) => isIn(c, seating.recordingId));
    const communications = isInIt ? known.communications : withJoining(known.communications, communication);
    const updated = { ...known, ...name, sourceId: known.sourceId, address, communications };
    return {
      ...conversation,
      participants: conversation.participants.map((p) => (p.id === known.id ? updated : p)),
    };
  }
  if (conversation.participants.length >= limits.participantsPerConversationMax) return conversation;
  const userId = context.userBySipAddress(address);
  const queueId = userId === undefined ? undefined : queueOf(conversation);
  const served = queueId === undefined ? conversation : withQueueDone(conversation, seating.at);
  return withParticipant(served, {
    id: context.ids.next<ParticipantId>(),
    sourceId,
    purpose: joining.purpose ?? purposeOf(context, conversation, address),
    address,
    ...name,
    ...(userId === undefined ? {} : { userId }),
    ...(queueId === undefined ? {} : { queueId }),
    joinedAt: seating.at,
    communications: [communication],
  });
}

function isIn({ state, recordingId }: Communication, id: RecordingId): boolean {
  return state === 'connected' && recordingId === id;
}

/** Those for whom `goes` holds leave the recording, and the conversation unless something else keeps them in it. */
export function unseat(
  conversation: Conversation,
  goes: (participant: Participant) => boolean,
  { recordingId, at, others }: Seating,
): Conversation {
  const isGoing = (p: Participant): boolean => goes(p) && p.communications.some((c) => isIn(c, recordingId));
  const stays = (c: Communication): boolean =>
    c.standsAlone === true || (c.recordingId !== undefined && others.has(c.recordingId));
  return withoutCommunications(conversation, (c, participant) => isGoing(participant) && !stays(c), { at });
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
