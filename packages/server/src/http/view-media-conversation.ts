/** Contract models of conversations as one media type sees them: one flat participant for each who has it. */
import { isSecurePause, type MediaType, mediaTypeRows, mediaTypesOf, type Participant } from '@tacet/domain';
import type { Static } from 'typebox';
import type { ConversationView } from '../control/index.ts';
import type { CallMediaParticipant, FlatParticipantModel } from './models/participant.ts';
import { flatStates } from './models/participant.ts';
import {
  callbackMembers,
  cobrowseMembers,
  dated,
  given,
  messageMembers,
  type Place,
  placesOf,
  providerOf,
  stateIn,
  wrapupModel,
} from './view-communication.ts';
import { aboutParticipant, divisionsOf, transfersOf } from './view-conversation.ts';
import { callRecording, lowerState } from './view-recording-state.ts';

/** The types that have a conversation model of their own. */
export const ownModelTypes = ['call', 'callback', 'chat', 'cobrowsesession', 'email', 'message'] as const;
export type OwnModelType = (typeof ownModelTypes)[number];

function isOwnModelType(type: MediaType): type is OwnModelType {
  return ownModelTypes.some((own) => own === type);
}

const paths: ReadonlyMap<MediaType, string> = new Map(mediaTypeRows.map(({ type, apiPath }) => [type, apiPath]));

function uriOf(type: OwnModelType, id: string): string {
  return `/api/v2/conversations/${paths.get(type)}/${id}`;
}

function referencesOf({ userId, queueId, name }: Participant, scriptId: string | undefined) {
  const user = { ...given('name', name), selfUri: `/api/v2/users/${userId}` };
  return {
    ...given('user', userId === undefined ? undefined : { id: userId, ...user }),
    ...given(
      'queue',
      queueId === undefined ? undefined : { id: queueId, selfUri: `/api/v2/routing/queues/${queueId}` },
    ),
    ...given('script', scriptId === undefined ? undefined : { id: scriptId, selfUri: `/api/v2/scripts/${scriptId}` }),
  };
}

/** What a flat participant says here is said of this medium alone. */
function flat({ participant, communication }: Place): FlatParticipantModel {
  const { direction, disconnectType, alertingAt, connectedAt, disconnectedAt, heldSince, wrapup } = communication;
  return {
    ...aboutParticipant(participant),
    ...referencesOf(participant, communication.details?.scriptId),
    state: stateIn(flatStates, communication),
    direction,
    ...given('disconnectType', disconnectType),
    ...dated('startAlertingTime', alertingAt),
    ...dated('connectedTime', connectedAt),
    ...dated('endTime', disconnectedAt),
    held: heldSince !== undefined,
    ...dated('startHoldTime', heldSince),
    provider: providerOf(communication),
    ...given('wrapup', wrapup === undefined ? undefined : wrapupModel(wrapup)),
    ...dated('parkTime', communication.parkedAt),
    ...dated('resumeTime', communication.resumeAt),
  };
}

function callParticipant(place: Place): Static<typeof CallMediaParticipant> {
  const { view, participant, communication } = place;
  return {
    ...flat(place),
    ...callRecording(view, participant, communication, isSecurePause(view.conversation.control)),
    muted: communication.isMuted === true,
    confined: communication.isConfined === true,
    ...given('consultParticipantId', participant.consultParticipantId),
  };
}

/** The flat participant of each type. */
const participants: { readonly [type in OwnModelType]: (place: Place) => FlatParticipantModel } = {
  call: callParticipant,
  callback: (place) => ({ ...flat(place), ...callbackMembers(place.communication) }),
  chat: (place) => ({ ...flat(place), ...given('roomId', place.communication.details?.roomId) }),
  cobrowsesession: (place) => ({ ...flat(place), ...cobrowseMembers(place.communication) }),
  email: flat,
  message: (place) => ({ ...flat(place), ...messageMembers(place.communication) }),
};

/** The other media types in it that can be read on their own. */
function otherUris({ conversation }: ConversationView, type: OwnModelType): string[] {
  const others = [...mediaTypesOf(conversation)].filter(isOwnModelType).filter((other) => other !== type);
  return others.map((other) => uriOf(other, conversation.id));
}

/** The conversation as `CallConversation`, `EmailConversation` and so on, of whoever has or had a communication of it. */
export function mediaConversationModel(type: OwnModelType, view: ConversationView) {
  const { conversation } = view;
  const { id, control } = conversation;
  const { recordingState } = view;
  const securePause = recordingState === 'PAUSED' && isSecurePause(control);
  const recording = { recordingState: lowerState(recordingState), securePause };
  return {
    id,
    // Who left and came back has several communications; the last one is what counts now.
    participants: conversation.participants.flatMap((participant) => {
      const place = placesOf(view, participant, type).at(-1);
      return place === undefined ? [] : [participants[type](place)];
    }),
    otherMediaUris: otherUris(view, type),
    ...(type === 'call' ? recording : {}),
    divisions: divisionsOf(conversation),
    recentTransfers: transfersOf(conversation),
    selfUri: uriOf(type, id),
  };
}
