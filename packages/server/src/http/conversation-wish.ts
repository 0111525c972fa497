/** Reads what a `Conversation` body asks for: a recording state, the end, or to be merged; one of them. */
import { Fault } from '@tacet/domain';
import { wantedState } from './recording-state-body.ts';

export type ConversationWish =
  | { readonly kind: 'recordingState'; readonly state: 'ACTIVE' | 'PAUSED' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'merge'; readonly others: readonly string[] };

interface ConversationBody {
  readonly recordingState?: 'ACTIVE' | 'PAUSED';
  readonly state?: 'disconnected';
  readonly conversationIds?: readonly string[];
}

/**
 * @throws Fault valueInvalid for two wishes in one request: it could be that one can be carried out and the other not.
 */
export function conversationWish(body: ConversationBody): ConversationWish {
  const { recordingState, state, conversationIds } = body;
  const named = Object.entries({ recordingState, state, conversationIds }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  const [first, second] = named;
  if (first !== undefined && second !== undefined) {
    throw new Fault('valueInvalid', { property: second, allowed: [first] });
  }
  if (state !== undefined) return { kind: 'disconnect' };
  if (conversationIds !== undefined) return { kind: 'merge', others: conversationIds };
  return { kind: 'recordingState', state: wantedState(body) };
}

/**
 * Why conversations are not merged: no calls are joined here, whoever asks.
 * @throws Fault mergeOfNothing, mergeWithSelf or mergeUnfit.
 */
export function refuseMerge(conversationId: string, others: readonly string[]): never {
  if (others.length === 0) throw new Fault('mergeOfNothing');
  if (others.some((other) => other.toLowerCase() === conversationId)) throw new Fault('mergeWithSelf');
  throw new Fault('mergeUnfit');
}
