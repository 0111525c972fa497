/** Contract model `Conversation` with its participants and communications. */
import {
  type Communication,
  type Conversation,
  isSecurePause,
  mediaTypeRows,
  type Participant,
  type RecordingState,
  toIso,
} from '@tacet/domain';
import type { ConversationView } from '../control/index.ts';
import { callRecording, typeWithState } from './view-recording-state.ts';

/** Who provides communications to us, as the contract's `provider` names it. */
export const provider = 'Tacet SIPREC';

/** Contract model `ConversationDivisionMembership`. */
export interface DivisionMembershipModel {
  readonly division: { readonly id: string; readonly selfUri: string };
  readonly entities: readonly unknown[];
}

/** Contract model `Call`, and what its eight siblings have in common. */
export interface CommunicationModel {
  readonly id: string;
  readonly state: 'connected' | 'disconnected';
  readonly direction: 'inbound' | 'outbound';
  readonly provider: string;
  readonly [member: string]: unknown;
}

/** Contract model `Participant`; communications stand under the name of their type. */
export interface ParticipantModel {
  readonly id: string;
  readonly purpose: string;
  readonly [member: string]: unknown;
}

export interface ConversationModel {
  readonly id: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly participants: readonly ParticipantModel[];
  readonly recordingState: RecordingState;
  readonly securePause: boolean;
  readonly divisions: readonly DivisionMembershipModel[];
  readonly selfUri: string;
}

export function divisionsOf({ divisionId }: Conversation): readonly DivisionMembershipModel[] {
  const selfUri = `/api/v2/authorization/divisions/${divisionId}`;
  return [{ division: { id: divisionId, selfUri }, entities: [] }];
}

function communicationModel(
  view: ConversationView,
  participant: Participant,
  communication: Communication,
): CommunicationModel {
  const { id, mediaType, state, direction, connectedAt, disconnectedAt, recordingId } = communication;
  const isSecure = isSecurePause(view.conversation.control);
  const withState = mediaType === typeWithState ? callRecording(view, participant, communication, isSecure) : {};
  return {
    id,
    state,
    direction,
    provider,
    connectedTime: toIso(connectedAt),
    ...(disconnectedAt === undefined ? {} : { disconnectedTime: toIso(disconnectedAt) }),
    ...(recordingId === undefined ? {} : { recordingId }),
    ...withState,
  };
}

function participantModel(view: ConversationView, participant: Participant): ParticipantModel {
  const { id, purpose, address, name, userId, joinedAt, leftAt, communications } = participant;
  const byType = mediaTypeRows.map(({ type, participantKey }) => {
    const ofType = communications.filter((communication) => communication.mediaType === type);
    return [participantKey, ofType.map((communication) => communicationModel(view, participant, communication))];
  });
  return {
    id,
    purpose,
    address,
    startTime: toIso(joinedAt),
    connectedTime: toIso(joinedAt),
    ...(leftAt === undefined ? {} : { endTime: toIso(leftAt) }),
    ...(name === undefined ? {} : { name }),
    ...(userId === undefined ? {} : { userId, userUri: `/api/v2/users/${userId}` }),
    attributes: {},
    ...Object.fromEntries(byType),
  };
}

/** `state` is left out: the contract has it in requests only. */
export function conversationModel(view: ConversationView): ConversationModel {
  const { id, startedAt, endedAt, participants, control } = view.conversation;
  return {
    id,
    startTime: toIso(startedAt),
    ...(endedAt === undefined ? {} : { endTime: toIso(endedAt) }),
    participants: participants.map((participant) => participantModel(view, participant)),
    recordingState: view.recordingState,
    securePause: isSecurePause(control),
    divisions: divisionsOf(view.conversation),
    selfUri: `/api/v2/conversations/${id}`,
  };
}
