/** Ids in paths: what is not a UUID names nothing. */
import {
  type CommunicationId,
  type ConversationId,
  Fault,
  type FaultCode,
  type Id,
  type ParticipantId,
  type RecordingId,
  type UserId,
  uuidAs,
} from '@tacet/domain';
import type { Call } from './door.ts';

function idOf<T extends Id<string>>({ path }: Call, name: string, unknown: FaultCode): T {
  const id = uuidAs<T>(path[name] ?? '');
  if (id === undefined) throw new Fault(unknown);
  return id;
}

/** @throws Fault conversationUnknown. */
export function conversationIdOf(call: Call): ConversationId {
  return idOf(call, 'conversationId', 'conversationUnknown');
}

/** @throws Fault recordingUnknown. */
export function recordingIdOf(call: Call): RecordingId {
  return idOf(call, 'recordingId', 'recordingUnknown');
}

/** @throws Fault participantUnknown. */
export function participantIdOf(call: Call): ParticipantId {
  return idOf(call, 'participantId', 'participantUnknown');
}

/** @throws Fault resourceUnknown. */
export function communicationIdOf(call: Call): CommunicationId {
  return idOf(call, 'communicationId', 'resourceUnknown');
}

/** @throws Fault resourceUnknown. */
export function userIdOf(call: Call): UserId {
  return idOf(call, 'userId', 'resourceUnknown');
}
