/** Ids in paths: what is not a UUID names nothing. */
import { type ConversationId, Fault, type FaultCode, type Id, type RecordingId, uuidAs } from '@tacet/domain';
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
