/** Subscriptions are judged and made; what is already subscribed to goes on without a gap. */
import { type Actor, Fault } from '@tacet/domain';
import type { Channel, Subscription } from './channel.ts';
import type { ChannelBook } from './channel-book.ts';
import type { NotifyLimits } from './limits.ts';
import { type FindConversation, refusalOf } from './subscription-rights.ts';
import { readTopics, type Topic } from './topics.ts';

/** What became of one topic that was asked for. */
export interface TopicOutcome {
  readonly id: string;
  readonly state: 'Permitted' | 'Rejected';
  readonly rejectionReason?: string;
  readonly missingPermissions?: readonly string[];
}

export interface SubscribeWish {
  /** Topics as the client writes them. */
  readonly ids: readonly string[];
  /** Those that the channel has already, and that are not named, go. */
  readonly replaces: boolean;
  /** What is not permitted, or does not exist, is left out instead of refusing everything. */
  readonly ignoresErrors: boolean;
}

export interface SubscribeParts {
  readonly book: ChannelBook;
  readonly limits: NotifyLimits;
  readonly find: FindConversation;
  /** The newest event. */
  readonly newest: () => number;
}

interface Judged {
  readonly id: string;
  readonly topics: readonly Topic[];
  /** Why not. */
  readonly refusals: readonly Fault[];
}

async function judge(parts: SubscribeParts, actor: Actor, id: string): Promise<Judged> {
  const topics = readTopics(id, parts.limits.topicCharactersMax);
  const refusals: Fault[] = [];
  for (const topic of topics) {
    const refusal = await refusalOf(actor, topic, parts.find);
    if (refusal !== undefined) refusals.push(refusal);
  }
  return { id, topics, refusals };
}

function permissionsIn(refusals: readonly Fault[]): readonly string[] {
  return [...new Set(refusals.flatMap(({ facts }) => (facts['permissions'] as readonly string[] | undefined) ?? []))];
}

function outcomeOf({ id, topics, refusals }: Judged): TopicOutcome {
  if (topics.length === 0) return { id, state: 'Rejected', rejectionReason: 'There is no such topic.' };
  if (refusals.length === 0) return { id, state: 'Permitted' };
  const missingPermissions = permissionsIn(refusals);
  const rejectionReason = missingPermissions.length > 0 ? 'A permission is missing.' : 'The token does not reach it.';
  return { id, state: 'Rejected', rejectionReason, missingPermissions };
}

function demandAll(judged: readonly Judged[]): void {
  if (judged.some(({ topics }) => topics.length === 0)) throw new Fault('topicInvalid');
  const refusals = judged.flatMap((one) => one.refusals);
  const permissions = permissionsIn(refusals);
  if (permissions.length > 0) throw new Fault('permissionMissing', { permissions });
  if (refusals[0] !== undefined) throw refusals[0];
}

function demandRoom({ book, limits }: SubscribeParts, channel: Channel, count: number): void {
  const added = count - channel.subscriptions.size;
  if (count > limits.topicsPerChannel || (added > 0 && book.topicCount + added > limits.topicsMax)) {
    throw new Fault('topicsTooMany');
  }
}

/**
 * Subscribes a channel to topics; all of them, or none when something is wrong that is not to be ignored.
 * @throws Fault topicInvalid, topicsTooMany, permissionMissing, scopeMissing, resourceUnknown or storageUnavailable.
 */
export async function subscribe(
  parts: SubscribeParts,
  channel: Channel,
  actor: Actor,
  { ids, replaces, ignoresErrors }: SubscribeWish,
): Promise<readonly TopicOutcome[]> {
  const asked = new Set(ids);
  if (asked.size > parts.limits.topicsPerChannel) throw new Fault('topicsTooMany');
  const judged: Judged[] = [];
  for (const id of asked) judged.push(await judge(parts, actor, id));
  if (!ignoresErrors) demandAll(judged);
  if (parts.book.find(channel.id) !== channel) throw new Fault('resourceUnknown');
  const since = parts.newest();
  const permitted = judged.filter(({ topics, refusals }) => topics.length > 0 && refusals.length === 0);
  const next = new Map<string, Subscription>(replaces ? [] : channel.subscriptions);
  for (const { id, topics } of permitted) next.set(id, channel.subscriptions.get(id) ?? { id, topics, since });
  demandRoom(parts, channel, next.size);
  parts.book.setSubscriptions(channel, [...next.values()]);
  return judged.map(outcomeOf);
}
