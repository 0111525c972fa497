/** The call that fulfils a callback finds the conversation in which the callback was agreed, and inherits its state (P3). */
import {
  type Conversation,
  type ConversationId,
  calledBackSince,
  type ExternalId,
  hasOpenCallback,
  type Instant,
  startsClosed,
  type UserId,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { callName, keysOf } from './conversation-keys.ts';
import { hasRecordingSession } from './item-recordings.ts';
import type { LiveConversation } from './live-conversations.ts';
import type { SessionDescription } from './recording-session.ts';

export interface AwaitedCall {
  readonly id: ConversationId;
  /** What led there: an id that both sides know, or only the number. */
  readonly by: 'id' | 'number';
}

/** By a name that was given to the call when the callback was agreed, or by the conversation's own id. */
function byIds({ live }: ControlContext, ids: readonly ExternalId[]): ConversationId | undefined {
  const named = live.idOfKeys(keysOf({ externalIds: ids.map(({ value }) => callName(value)) }));
  if (named !== undefined) return named;
  const own = ids.map(({ value }) => live.get(value.toLowerCase() as ConversationId)?.conversation);
  // Rule: a call that names a conversation by its id joins it only while somebody in it is to be called back
  return own.find((conversation) => conversation !== undefined && hasOpenCallback(conversation))?.id;
}

/** Where it is known of both who is to call and who calls, they are the same. */
function isForOneOf({ participants }: Conversation, users: ReadonlySet<UserId>): boolean {
  const assigned = participants.flatMap(({ userId, leftAt }) => (leftAt === undefined ? (userId ?? []) : []));
  return assigned.length === 0 || users.size === 0 || assigned.some((userId) => users.has(userId));
}

interface Waiting {
  readonly live: LiveConversation;
  readonly since: Instant;
}

/** A paused one before all others, so that a mistake keeps nothing; then whoever has waited longest. */
function firstOf(waiting: readonly Waiting[]): LiveConversation | undefined {
  const rank = ({ live }: Waiting): number => (startsClosed(live.conversation.control) ? 0 : 1);
  return [...waiting].sort((a, b) => rank(a) - rank(b) || a.since - b.since)[0]?.live;
}

function byNumber(context: ControlContext, { participants }: SessionDescription): ConversationId | undefined {
  if (!context.policy.joinsCallbacksByNumber) return undefined;
  const addresses = participants.map(({ address }) => address);
  const users = new Set(addresses.flatMap((address) => context.userBySipAddress(address) ?? []));
  const waiting = context.live.expecting(addresses).flatMap((live): readonly Waiting[] => {
    const since = calledBackSince(live.conversation, addresses, context.clock.now());
    // Rule: a callback whose call is going on waits for no second one by its number
    const isFree = !hasRecordingSession(live) && isForOneOf(live.conversation, users);
    return since !== undefined && isFree ? [{ live, since }] : [];
  });
  return firstOf(waiting)?.conversation.id;
}

/** The conversation whose callback this call fulfils. */
export function awaitedCall(context: ControlContext, described: SessionDescription): AwaitedCall | undefined {
  const named = byIds(context, described.externalIds);
  if (named !== undefined) return { id: named, by: 'id' };
  const numbered = byNumber(context, described);
  return numbered === undefined ? undefined : { id: numbered, by: 'number' };
}
