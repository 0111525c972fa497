/** When a conversation is on hold, for hold suppression (P6). */
import type { Conversation } from './conversation.ts';

/** Whether somebody in a call is on hold: from the first hold to the end of the last. */
export function isOnHold({ participants }: Conversation): boolean {
  return participants.some(({ communications }) =>
    communications.some((c) => c.mediaType === 'call' && c.state !== 'disconnected' && c.heldSince !== undefined),
  );
}
