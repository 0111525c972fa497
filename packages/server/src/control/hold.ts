/** Hold suppression (P6): where it is set so, recording is withheld from the first hold in a call to the end of the last. */
import { type Asked, causeOf, Fault, isOnHold } from '@tacet/domain';
import { type ControlContext, systemAsks } from './context.ts';
import type { LiveConversation } from './live-conversations.ts';
import { pause } from './pause.ts';
import type { Along } from './pause-task.ts';
import { resume } from './resume.ts';

/** Each further turn answers a pause that somebody asked for meanwhile; who pauses so often will not be waited for. */
const turnsMax = 5;

/** A change of the conversation, in its turn of the queue. */
export interface Change extends Along {
  readonly asked: Asked;
  readonly superseded: AbortSignal;
}

/**
 * Writes a change down, together with what it does to hold suppression: when it puts the first one on hold it resolves
 * after every gate has confirmed, and when it takes the last one off, after they are open.
 * @throws Fault gateUnconfirmed, supersededByPause or storageUnavailable, and nothing has changed.
 */
export async function applyChange(context: ControlContext, live: LiveConversation, change: Change): Promise<void> {
  const { conversation, audit, asked, superseded } = change;
  const isSuppressed = causeOf(live.conversation.control, 'holdSuppression') !== undefined;
  const isHeld = isOnHold(conversation);
  const task = { live, cause: 'holdSuppression', asked, along: { conversation, audit } } as const;
  // Rule: recording is withheld from the first hold to the end of the last, where that is set
  if (isHeld && !isSuppressed && context.policy.suppressesOnHold) await pause(context, task);
  else if (!isHeld && isSuppressed) await resume(context, task, superseded);
  else {
    await context.store.commit({ conversations: [conversation], audit: [audit] });
    live.conversation = conversation;
  }
}

/** Runs again what a secure pause has overtaken: under that pause a hold can end without any gate being opened. */
export async function unlessOvertaken<T>(turn: () => Promise<T>): Promise<T> {
  for (let turnsLeft = turnsMax - 1; ; turnsLeft -= 1) {
    try {
      return await turn();
    } catch (error) {
      const isOvertaken = error instanceof Fault && error.code === 'supersededByPause';
      if (!isOvertaken || turnsLeft === 0) throw error;
    }
  }
}

/**
 * After the source of the media has changed who takes part: a hold whose participant is gone is over. Nobody waits for
 * that; what goes wrong keeps the gates shut and is reported.
 */
export function endLeftHold(context: ControlContext, live: LiveConversation): void {
  const { id } = live.conversation;
  const isDue = (): boolean =>
    causeOf(live.conversation.control, 'holdSuppression') !== undefined &&
    !isOnHold(live.conversation) &&
    context.live.get(id) === live;
  if (!isDue()) return;
  const asked = systemAsks(context, 'hold over');
  const turn = (): Promise<void> =>
    context.queue.run(id, async (superseded) => {
      if (isDue()) await resume(context, { live, cause: 'holdSuppression', asked }, superseded);
    });
  unlessOvertaken(turn).catch(context.report);
}
