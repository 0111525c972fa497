/** Masking as a policy: what is written is kept without the numbers that nobody may keep, paused or not. */
import { type Actor, builtInRight, type ClientId, type ConversationId, Fault } from '@tacet/domain';
import { type Item, type MaskedItem, maskItem, TextTrail } from '@tacet/media';
import { type ControlContext, systemAsks } from './context.ts';
import type { LiveConversation } from './live-conversations.ts';
import { setRecordingState } from './set-recording-state.ts';

/** What was written last, in memory alone, for as long as the conversation is live on this node. */
const trails = new WeakMap<LiveConversation, TextTrail>();

/** The door that the audit log and the annotation name. */
const door = 'masking policy';

const policyItself: Actor = {
  clientId: 'system' as ClientId,
  name: 'Tacet',
  rights: [builtInRight('recorder-integration', '*')],
};

/** The item without the numbers that the policy names. */
export function maskWritten({ policy }: ControlContext, live: LiveConversation, item: Item): MaskedItem {
  if (policy.maskedText.length === 0) return { item, hasCard: false };
  const trail = trails.get(live) ?? new TextTrail();
  trails.set(live, trail);
  return maskItem(item, new Set(policy.maskedText), trail);
}

/** Nothing of what was withheld is remembered. */
export function forgetWritten(live: LiveConversation): void {
  trails.get(live)?.forget();
}

/**
 * Pauses the conversation where the policy says so. The item is durable already: what fails here is in the audit log and
 * raises its alarm as with any pause, and whoever brought the item is not told to bring it again.
 */
export async function pauseOnCard(context: ControlContext, conversationId: ConversationId): Promise<void> {
  if (!context.policy.pausesOnCard) return;
  const asked = systemAsks(context, door);
  const why = { actor: policyItself, asked, right: 'others', cause: 'securePause' } as const;
  try {
    // Rule: a card number that is written pauses the conversation, where that is set
    await setRecordingState(context, { conversationId, state: 'PAUSED', ...why });
  } catch (error) {
    context.report(error instanceof Error ? error : new Fault('conversationUnknown', { conversationId }));
  }
}
