/** Contract model `Conversation` with its participants and communications. */
import {
  type Conversation,
  earliest,
  type Instant,
  isSecurePause,
  type Participant,
  type Transfer,
  toIso,
} from '@tacet/domain';
import type { Static } from 'typebox';
import type { ConversationView } from '../control/index.ts';
import type {
  ConversationModel,
  DivisionMembershipModel,
  FoundConversation,
  TransferResponseModel,
} from './models/conversation.ts';
import type { ParticipantModel } from './models/participant.ts';
import {
  callbackModel,
  callModel,
  chatModel,
  cobrowseModel,
  dated,
  emailModel,
  given,
  messageModel,
  placesOf,
  screenshareModel,
  socialModel,
  videoModel,
  wrapupModel,
} from './view-communication.ts';

export function divisionsOf({ divisionId }: Conversation): DivisionMembershipModel[] {
  const selfUri = `/api/v2/authorization/divisions/${divisionId}`;
  return [{ division: { id: divisionId, selfUri }, entities: [] }];
}

function transferModel({ id, state, at, initiatorId, to, transferType }: Transfer): TransferResponseModel {
  return {
    id,
    state,
    dateIssued: toIso(at),
    ...given('initiator', initiatorId === undefined ? undefined : { userId: initiatorId }),
    // The contract has no member for a queue; its id is the address that is known of it.
    destination: { ...given('userId', to.userId), ...given('address', to.address ?? to.queueId) },
    ...given('transferType', transferType),
  };
}

export function transfersOf({ transfers = [] }: Conversation): TransferResponseModel[] {
  return transfers.map(transferModel);
}

/** What is said of a participant whatever the model. */
export function aboutParticipant({ id, purpose, address, name, joinedAt, attributes, flaggedAt }: Participant) {
  return {
    id,
    purpose,
    address,
    startTime: toIso(joinedAt),
    ...given('name', name),
    attributes: { ...attributes },
    wrapupRequired: false,
    ...given('flaggedReason', flaggedAt === undefined ? undefined : ('general' as const)),
  };
}

/** When the participant was connected for the first time, in any medium. */
function connectedAtOf({ communications }: Participant): Instant | undefined {
  const [first, ...others] = communications.flatMap(({ connectedAt }) => connectedAt ?? []);
  return first === undefined ? undefined : others.reduce(earliest, first);
}

function participantModel(view: ConversationView, participant: Participant): ParticipantModel {
  const { userId, queueId, consultParticipantId, leftAt, communications } = participant;
  const wrapup = communications.findLast((communication) => communication.wrapup !== undefined)?.wrapup;
  return {
    ...aboutParticipant(participant),
    ...dated('connectedTime', connectedAtOf(participant)),
    ...dated('endTime', leftAt),
    ...given('wrapup', wrapup === undefined ? undefined : wrapupModel(wrapup)),
    ...given('userId', userId),
    ...given('userUri', userId === undefined ? undefined : `/api/v2/users/${userId}`),
    ...given('queueId', queueId),
    ...given('consultParticipantId', consultParticipantId),
    calls: placesOf(view, participant, 'call').map(callModel),
    callbacks: placesOf(view, participant, 'callback').map(callbackModel),
    chats: placesOf(view, participant, 'chat').map(chatModel),
    cobrowsesessions: placesOf(view, participant, 'cobrowsesession').map(cobrowseModel),
    emails: placesOf(view, participant, 'email').map(emailModel),
    messages: placesOf(view, participant, 'message').map(messageModel),
    screenshares: placesOf(view, participant, 'screenshare').map(screenshareModel),
    socialExpressions: placesOf(view, participant, 'social').map(socialModel),
    videos: placesOf(view, participant, 'video').map(videoModel),
  };
}

export function conversationModel(view: ConversationView): ConversationModel {
  const { id, startedAt, endedAt, externalTag, participants, control } = view.conversation;
  return {
    id,
    startTime: toIso(startedAt),
    ...dated('endTime', endedAt),
    ...given('externalTag', externalTag),
    participants: participants.map((participant) => participantModel(view, participant)),
    recordingState: view.recordingState,
    securePause: view.recordingState === 'PAUSED' && isSecurePause(control),
    divisions: divisionsOf(view.conversation),
    recentTransfers: transfersOf(view.conversation),
    selfUri: `/api/v2/conversations/${id}`,
  };
}

/** With what we tell beside the contract: the names that other systems have for the conversation. */
export function foundConversationModel(view: ConversationView): Static<typeof FoundConversation> {
  return { ...conversationModel(view), externalIds: view.conversation.externalIds.map((id) => ({ ...id })) };
}
