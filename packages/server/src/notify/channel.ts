/** A notification channel: what somebody wants to be told of, and how much of it has reached them. */
import type { Actor, ClientId, Instant, UserId } from '@tacet/domain';
import type { Topic } from './topics.ts';

export interface Subscription {
  /** As asked for. */
  readonly id: string;
  readonly topics: readonly Topic[];
  /** The newest event when it was made; what came before is not told. */
  readonly since: number;
}

/** A channel as it is stored. */
export interface ChannelRecord {
  /** Unguessable: whoever knows it can connect (contract: `connectUri` needs no token). */
  readonly id: string;
  readonly clientId: ClientId;
  readonly userId?: UserId;
  /** The token whose rights it has: a name of it, with which nobody can ask for anything. */
  readonly tokenKey: string;
  readonly expiresAt: Instant;
  readonly subscriptions: readonly { readonly id: string; readonly since: number }[];
}

/** What changes often about a channel. */
export interface ChannelMark {
  readonly id: string;
  /** Everything up to this event has surely reached the client. */
  readonly received: number;
  readonly usedAt: Instant;
}

/** Keeps channels, so that a client that comes back after a restart of ours has missed nothing. */
export interface ChannelStore {
  all(): readonly (ChannelRecord & ChannelMark)[];
  /** Durable when it returns, as all writing here is. @throws Fault storageUnavailable. */
  put(channel: ChannelRecord & ChannelMark): void;
  mark(marks: readonly ChannelMark[]): void;
  remove(ids: readonly string[]): void;
}

/** Tells whose a token is, without having the token. */
export interface TokenHolders {
  /** The name under which a token is remembered. */
  keyOf(bearer: string): string;
  /** Who holds it, read anew each time; nobody when it is revoked or expired, or its user or client is not active. */
  holderOf(tokenKey: string): Actor | undefined;
}

export interface Channel {
  readonly id: string;
  readonly clientId: ClientId;
  readonly userId: UserId | undefined;
  tokenKey: string;
  expiresAt: Instant;
  usedAt: Instant;
  received: number;
  readonly subscriptions: Map<string, Subscription>;
  /** The subscriptions by the keys of their topics. */
  byKey: ReadonlyMap<string, readonly Listening[]>;
  /** Present while a client is connected. */
  line: ChannelLine | undefined;
}

/** A topic that a channel listens to, and since when. */
export interface Listening {
  readonly topic: Topic;
  readonly since: number;
}

/** What a channel needs to know of the client that is connected to it. */
export interface ChannelLine {
  /** Subscriptions have changed. */
  listen(before: Iterable<string>): void;
  end(why: EndReason): void;
}

/** Why we end a connection. */
export type EndReason =
  | 'stopping'
  | 'replaced'
  | 'removed'
  | 'expired'
  | 'unauthorised'
  | 'tooSlow'
  | 'tooMuch'
  | 'silent';

export function listeningOf(subscriptions: Iterable<Subscription>): Channel['byKey'] {
  const byKey = new Map<string, Listening[]>();
  for (const { topics, since } of subscriptions) {
    for (const topic of topics) byKey.set(topic.key, [...(byKey.get(topic.key) ?? []), { topic, since }]);
  }
  return byKey;
}

export function recordOf(channel: Channel): ChannelRecord & ChannelMark {
  const { id, clientId, userId, tokenKey, expiresAt, received, usedAt } = channel;
  const subscriptions = [...channel.subscriptions.values()].map(({ id: asked, since }) => ({ id: asked, since }));
  const owner = userId === undefined ? { clientId } : { clientId, userId };
  return { id, ...owner, tokenKey, expiresAt, subscriptions, received, usedAt };
}
