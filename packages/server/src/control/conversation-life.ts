/** How long a conversation goes on: while a recording session lasts, or a communication that only a request ends. */
import {
  type Asked,
  type AuditDraft,
  awaitedUntil,
  type Communication,
  ended,
  Fault,
  isKeptOpen,
  openCommunications,
  withoutCommunications,
} from '@tacet/domain';
import { type ControlContext, systemAsks } from './context.ts';
import { endLeftHold } from './hold.ts';
import { finishItems, hasRecordingSession } from './item-recordings.ts';
import type { LiveConversation } from './live-conversations.ts';

/** How long the end of a conversation waits for the store to come back. */
const endRetryMs = 2_000;

/** Whether the communication came with a recording session that is over, and is still open. */
function isLeftOver({ recordings }: LiveConversation, { state, standsAlone, recordingId }: Communication): boolean {
  if (state === 'disconnected' || standsAlone === true) return false;
  return recordingId === undefined || !recordings.has(recordingId);
}

/** Ends the conversation at once, whatever is open in it. To be called in the conversation's turn. */
export async function endConversation(context: ControlContext, live: LiveConversation, asked: Asked): Promise<void> {
  const { id } = live.conversation;
  await finishItems(context, live, asked, true);
  const at = context.clock.now();
  const over = ended(live.conversation, at);
  const about = { at, action: 'conversationEnded', result: 'done', conversationId: id } as const;
  const audit: AuditDraft = { ...about, by: asked, facts: {} };
  await context.store.commit({ conversations: [over], audit: [audit] });
  live.conversation = over;
  context.live.remove(id);
}

/** What ends with its recording session has waited long enough for another one. */
async function lapse(context: ControlContext, live: LiveConversation): Promise<void> {
  if (hasRecordingSession(live) || context.live.get(live.conversation.id) !== live) return;
  const now = context.clock.now();
  const until = awaitedUntil(live.conversation) ?? now;
  // Rule: a conversation, and its pause, waits for somebody to whom it was transferred
  if (until > now) return linger(context, live, until - now);
  if (!isKeptOpen(live.conversation)) return endConversation(context, live, systemAsks(context, 'conversation over'));
  const over = { at: now, type: 'system' } as const;
  const rest = withoutCommunications(live.conversation, (communication) => isLeftOver(live, communication), over);
  await context.store.commit({ conversations: [rest] });
  live.conversation = rest;
  endLeftHold(context, live);
}

function linger(context: ControlContext, live: LiveConversation, ms: number): void {
  live.cancelLinger?.();
  live.cancelLinger = context.clock.later(ms, () => {
    live.cancelLinger = undefined;
    context.queue
      .run(live.conversation.id, () => lapse(context, live))
      .catch((error) => {
        context.report(error);
        const isStopping = error instanceof Fault && error.code === 'stopping';
        if (!isStopping && !hasRecordingSession(live)) linger(context, live, endRetryMs);
      });
  });
}

/**
 * When no recording session is left, what ends with one waits `ms` for another: a transfer may end one and begin
 * another. Communications that only a request ends wait for nothing and go on.
 */
export function awaitAnother(context: ControlContext, live: LiveConversation, ms: number): void {
  if (hasRecordingSession(live)) return;
  const hasLeftOver = openCommunications(live.conversation).some((communication) => isLeftOver(live, communication));
  // Rule: a conversation with a communication that only a request ends does not end with its recording session
  if (hasLeftOver || !isKeptOpen(live.conversation)) linger(context, live, ms);
}

/**
 * After communications were ended by request: the conversation is over when nothing is open in it any more. To be
 * called in the conversation's turn, when the change is in store.
 */
export async function settle(context: ControlContext, live: LiveConversation, asked: Asked): Promise<void> {
  const isWaiting = live.cancelLinger !== undefined;
  await finishItems(context, live, asked);
  if (hasRecordingSession(live) || isWaiting || context.live.get(live.conversation.id) !== live) return;
  if (openCommunications(live.conversation).length === 0) return endConversation(context, live, asked);
  awaitAnother(context, live, context.policy.lingerMs);
}
