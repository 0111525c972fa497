/** The conversations of the user who asks, whatever else that user may see. */
import {
  type Actor,
  type ConversationQuery,
  Fault,
  type Interval,
  type MediaType,
  type Page,
  type UserId,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { type ConversationView, viewOf } from './find-conversations.ts';

type Place = Pick<ConversationQuery, 'limit' | 'offset'>;

/** @throws Fault userNeeded. */
export function userOf({ userId }: Actor): UserId {
  if (userId === undefined) throw new Fault('userNeeded');
  return userId;
}

async function find(context: ControlContext, query: ConversationQuery): Promise<Page<ConversationView>> {
  const page = await context.store.findConversations(query);
  return { total: page.total, items: page.items.map((found) => viewOf(context, found)) };
}

/**
 * Conversations that go on and in which the user takes part, newest first; with a media type, those in which the user
 * has a communication of it.
 * @throws Fault userNeeded.
 */
export async function ownConversations(
  context: ControlContext,
  actor: Actor,
  { mediaType, ...place }: Place & { readonly mediaType?: MediaType },
): Promise<Page<ConversationView>> {
  const type = mediaType === undefined ? {} : { mediaType };
  return find(context, { ...place, state: 'active', participation: { userId: userOf(actor), isOpen: true, ...type } });
}

/**
 * Every conversation in which the user had a call, newest first.
 * @throws Fault userNeeded.
 */
export async function ownCalls(
  context: ControlContext,
  actor: Actor,
  { started, ...place }: Place & { readonly started?: Interval },
): Promise<Page<ConversationView>> {
  const when = started === undefined ? {} : { started };
  return find(context, { ...place, ...when, participation: { userId: userOf(actor), mediaType: 'call' } });
}
