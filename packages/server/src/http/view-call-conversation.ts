/** Contract model `CallConversation`: the calls of a conversation, one flat participant for each. */
import { type Communication, isSecurePause, type Participant, toIso } from '@tacet/domain';
import type { ConversationView } from '../control/index.ts';
import { type DivisionMembershipModel, divisionsOf, provider } from './view-conversation.ts';
import { type CallRecording, callRecording, type LowerState, lowerState } from './view-recording-state.ts';

/** Contract model `CallMediaParticipant`. */
export interface CallMediaParticipantModel extends CallRecording {
  readonly id: string;
  readonly purpose: string;
  readonly state: 'connected' | 'disconnected';
  readonly direction: 'inbound' | 'outbound';
  readonly [member: string]: unknown;
}

export interface CallConversationModel {
  readonly id: string;
  readonly participants: readonly CallMediaParticipantModel[];
  readonly otherMediaUris: readonly string[];
  readonly recordingState: LowerState;
  readonly securePause: boolean;
  readonly divisions: readonly DivisionMembershipModel[];
  readonly selfUri: string;
}

function participantModel(
  view: ConversationView,
  participant: Participant,
  call: Communication,
  isSecure: boolean,
): CallMediaParticipantModel {
  const { id, purpose, address, name, userId, joinedAt, leftAt } = participant;
  return {
    id,
    purpose,
    address,
    state: call.state,
    direction: call.direction,
    provider,
    startTime: toIso(joinedAt),
    connectedTime: toIso(call.connectedAt),
    ...(leftAt === undefined ? {} : { endTime: toIso(leftAt) }),
    ...(name === undefined ? {} : { name }),
    ...(userId === undefined ? {} : { user: { id: userId, selfUri: `/api/v2/users/${userId}` } }),
    attributes: {},
    ...callRecording(view, participant, call, isSecure),
  };
}

export function callConversationModel(view: ConversationView): CallConversationModel {
  const { id, participants, control } = view.conversation;
  const securePause = isSecurePause(control);
  return {
    id,
    // Who left and came back has several calls; the last one is what counts now.
    participants: participants.flatMap((participant) => {
      const call = participant.communications.findLast(({ mediaType }) => mediaType === 'call');
      return call === undefined ? [] : participantModel(view, participant, call, securePause);
    }),
    otherMediaUris: [],
    recordingState: lowerState(view.recordingState),
    securePause,
    divisions: divisionsOf(view.conversation),
    selfUri: `/api/v2/conversations/calls/${id}`,
  };
}
