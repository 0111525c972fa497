/** Contract model `CallHistoryConversation`: a conversation as one call of a user among others. */
import { type Communication, mediaTypesOf, type Participant, toIso, type UserId } from '@tacet/domain';
import type { ConversationView, KnownUser } from '../control/index.ts';
import type { CallHistoryConversationModel, CallHistoryParticipantModel } from './models/call-history.ts';
import { dated, given } from './view-communication.ts';

type FindUser = (id: UserId) => KnownUser | undefined;

/** The last call that a participant had in the conversation. */
function callOf({ communications }: Participant): Communication | undefined {
  return communications.findLast(({ mediaType }) => mediaType === 'call');
}

function userModel(findUser: FindUser, userId: UserId | undefined): Pick<CallHistoryParticipantModel, 'user'> {
  const user = userId === undefined ? undefined : findUser(userId);
  if (user === undefined) return {};
  return { user: { id: user.id, name: user.name, version: user.version, selfUri: `/api/v2/users/${user.id}` } };
}

function participantModel(findUser: FindUser, participant: Participant): CallHistoryParticipantModel {
  const { id, name, address, joinedAt, leftAt, purpose, userId, flaggedAt, communications } = participant;
  const call = callOf(participant);
  return {
    id,
    ...given('name', name),
    address,
    startTime: toIso(joinedAt),
    ...dated('endTime', leftAt),
    purpose,
    direction: call?.direction ?? 'inbound',
    ...userModel(findUser, userId),
    ...given('disconnectType', call?.disconnectType),
    didInteract: communications.some(({ connectedAt }) => connectedAt !== undefined),
    ...given('flaggedReason', flaggedAt === undefined ? undefined : ('general' as const)),
  };
}

export function callHistoryModel(
  { conversation }: ConversationView,
  userId: UserId,
  findUser: FindUser,
): CallHistoryConversationModel {
  const { id, startedAt, participants } = conversation;
  const own = participants.filter((participant) => participant.userId === userId).map(callOf);
  const talking = participants.filter((participant) => callOf(participant)?.connectedAt !== undefined);
  const types = mediaTypesOf(conversation);
  return {
    id,
    participants: participants.map((participant) => participantModel(findUser, participant)),
    direction: own.find((call) => call !== undefined)?.direction ?? 'inbound',
    // There is no voice mail here, and no campaign.
    wentToVoicemail: false,
    missedCall: own.every((call) => call?.connectedAt === undefined),
    startTime: toIso(startedAt),
    wasConference: talking.length > 2,
    wasCallback: types.has('callback'),
    hadScreenShare: types.has('screenshare'),
    hadCobrowse: types.has('cobrowsesession'),
    wasOutboundCampaign: false,
    selfUri: `/api/v2/conversations/calls/${id}`,
  };
}
