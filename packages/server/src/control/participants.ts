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
}

/** Rules first, then a user's address makes an agent; the first of the others is the customer. */
function purposeOf(context: ControlContext, conversation: Conversation, address: string): Purpose {
  const ruled = purposeByRules(context.policy.purposeRules, address);
  if (ruled !== undefined) return ruled;
  if (context.userBySipAddress(address) !== undefined) return 'agent';
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
    const isCalling = known.communications.some((c) => c.mediaType === 'call' && c.state === 'connected');
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

/** The conversation with exactly these participants in the given recording session; the others of it leave. */
export function seat(
  context: ControlContext,
  conversation: Conversation,
  participants: readonly SessionParticipant[],
  seating: Seating,
): Conversation {
  const stays = new Set(participants.flatMap((p) => [p.sourceId, p.address]));
  const leaves = (p: Participant): boolean =>
    p.leftAt === undefined &&
    p.communications.some((c) => c.recordingId === seating.recordingId) &&
    !stays.has(p.sourceId) &&
    !stays.has(p.address);
  const left = withoutParticipants(conversation, leaves, seating.at);
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
