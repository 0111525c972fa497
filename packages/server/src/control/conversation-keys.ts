/** Names of other systems that lead back to a conversation while it goes on. */
import { createHash } from 'node:crypto';
import type { Conversation, ExternalId } from '@tacet/domain';

/** Under these a recording session finds its conversation (RFC 7865 §6.2 and §6.3; AudioHook's `conversationId`). */
const ofSessions: ReadonlySet<string> = new Set([
  'communicationSession',
  'communicationSessionGroup',
  'audioHookConversation',
]);

/** Under these a request finds it: the ends of a thread of messages, the mails of one, the conference of a meeting, the call of a callback. */
const ofRequests: ReadonlySet<string> = new Set(['messageThread', 'mail', 'videoConference', 'call']);

/** @param ends what tells this thread from all others: the kind of message, and who writes to whom. */
export function threadName(...ends: readonly string[]): ExternalId {
  return { name: 'messageThread', value: JSON.stringify(ends) };
}

/**
 * The name that a mail gives its conversation. Not the Message-ID itself: that of a mail that was withheld has to lead
 * to its thread as well, and nothing of such a mail is kept.
 */
export function mailName(messageId: string): ExternalId {
  return { name: 'mail', value: createHash('sha256').update(messageId).digest('base64url').slice(0, 22) };
}

export function conferenceName(conferenceId: string): ExternalId {
  return { name: 'videoConference', value: conferenceId };
}

/** An id that a call will bring along, whatever its source names it: agreed before the call is there. */
export function callName(id: string): ExternalId {
  return { name: 'call', value: id };
}

/** The key of an external id. Those of recording sessions stand alone; ours cannot be mistaken for one of them. */
export function keyOf({ name, value }: ExternalId): string | undefined {
  if (ofSessions.has(name)) return value;
  return ofRequests.has(name) ? `${name} ${value}` : undefined;
}

export function keysOf({ externalIds }: Pick<Conversation, 'externalIds'>): readonly string[] {
  return externalIds.flatMap((id) => keyOf(id) ?? []);
}
