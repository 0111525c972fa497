/** Bodies of events about conversations: as a whole, and as one media type sees them. */
import {
  type ConversationChanged,
  earliest,
  type Instant,
  type MediaType,
  mediaTypeRows,
  mediaTypesOf,
  type Participant,
  type Transfer,
  toIso,
} from '@tacet/domain';
import type { Static } from 'typebox';
import {
  communicationBodies,
  dated,
  given,
  isPausedSecurely,
  lowerState,
  ownMembers,
  type Place,
  providerOf,
  wrapupBody,
} from './communication-body.ts';
import type { ConversationBody, ParticipantBody } from './event-models.ts';

/** What both kinds of participant say. */
function person({ id, name, address, purpose, attributes, flaggedAt, consultParticipantId }: Participant) {
  return {
    id,
    ...given('name', name),
    address,
    purpose,
    wrapupRequired: false,
    attributes: { ...attributes },
    ...given('flaggedReason', flaggedAt === undefined ? undefined : ('general' as const)),
    ...given('consultParticipantId', consultParticipantId),
  };
}

/** When the participant was connected for the first time, in any medium. */
function connectedAtOf({ communications }: Participant): Instant | undefined {
  const [first, ...others] = communications.flatMap(({ connectedAt }) => connectedAt ?? []);
  return first === undefined ? undefined : others.reduce(earliest, first);
}

function participantBody(event: ConversationChanged, participant: Participant): ParticipantBody {
  const { userId, queueId, leftAt, communications } = participant;
  const wrapped = communications.findLast(({ wrapup }) => wrapup !== undefined);
  return {
    ...person(participant),
    ...dated('connectedTime', connectedAtOf(participant)),
    ...dated('endTime', leftAt),
    ...(wrapped === undefined ? {} : wrapupBody(wrapped)),
    ...given('userId', userId),
    ...given('queueId', queueId),
    ...communicationBodies(event, participant),
  };
}

function transferBody({ id, state, at, initiatorId, to }: Transfer) {
  return {
    id,
    state,
    dateIssued: toIso(at),
    ...given('initiator', initiatorId === undefined ? undefined : { userId: initiatorId }),
    destination: { ...given('userId', to.userId), ...given('address', to.address ?? to.queueId) },
  };
}

/** Contract model `ConversationEventTopicConversation`, and that of queues, which has the same members. */
export function conversationBody(event: ConversationChanged): Static<typeof ConversationBody> {
  const { id, participants, transfers = [], externalTag } = event.conversation;
  return {
    id,
    participants: participants.map((participant) => participantBody(event, participant)),
    recentTransfers: transfers.map(transferBody),
    recordingState: lowerState(event.recordingState),
    securePause: isPausedSecurely(event),
    ...given('externalTag', externalTag),
  };
}

function flatBody(place: Place) {
  const { participant, communication } = place;
  const { state, direction, disconnectType, connectedAt, disconnectedAt, heldSince, details } = communication;
  const { userId, queueId, name } = participant;
  return {
    ...person(participant),
    startTime: toIso(participant.joinedAt),
    ...dated('connectedTime', connectedAt),
    ...dated('endTime', disconnectedAt),
    ...dated('startHoldTime', heldSince),
    state,
    direction,
    ...given('disconnectType', disconnectType),
    held: heldSince !== undefined,
    ...given('user', userId === undefined ? undefined : { id: userId, ...given('name', name) }),
    ...given('queue', queueId === undefined ? undefined : { id: queueId }),
    ...given('script', details?.scriptId === undefined ? undefined : { id: details.scriptId }),
    provider: providerOf(communication),
    ...wrapupBody(communication),
    ...ownMembers[communication.mediaType](place),
  };
}

/** Contract models `Conversation{Type}EventTopic{Type}Conversation`, of whoever has or had a communication of the type. */
export function mediaConversationBody(event: ConversationChanged, type: MediaType) {
  const { conversation } = event;
  const { id } = conversation;
  const types = mediaTypesOf(conversation);
  const others = mediaTypeRows.filter((row) => row.type !== type && types.has(row.type));
  const state = { recordingState: lowerState(event.recordingState), securePause: isPausedSecurely(event) };
  return {
    id,
    // Who left and came back has several communications; the last one is what counts now.
    participants: conversation.participants.flatMap((participant) => {
      const communication = participant.communications.findLast(({ mediaType }) => mediaType === type);
      return communication === undefined ? [] : [flatBody({ event, participant, communication })];
    }),
    otherMediaUris: others.map(({ apiPath }) => `/api/v2/conversations/${apiPath}/${id}`),
    ...(type === 'call' ? state : {}),
  };
}
