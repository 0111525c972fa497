/** The channels there are: made, found, kept within their numbers, and forgotten when their time is over. */
import { randomBytes } from 'node:crypto';
import { type Actor, after, type Clock, Fault } from '@tacet/domain';
import {
  type Channel,
  type ChannelMark,
  type ChannelRecord,
  type ChannelStore,
  type EndReason,
  listeningOf,
  recordOf,
  type Subscription,
} from './channel.ts';
import type { NotifyLimits } from './limits.ts';
import { readTopics } from './topics.ts';

export interface ChannelBookParts {
  readonly store: ChannelStore;
  readonly clock: Clock;
  readonly limits: NotifyLimits;
  readonly report: (error: Error) => void;
}

/** The one who asks, and the token with which. */
export interface ChannelOwner {
  readonly actor: Pick<Actor, 'clientId' | 'userId'>;
  readonly tokenKey: string;
}

/** In which order channels give way to a new one: those without a client first, and of those the least used. */
function givesWay(a: Channel, b: Channel): number {
  const [isA, isB] = [a.line !== undefined, b.line !== undefined];
  return isA === isB ? a.usedAt - b.usedAt : Number(isA) - Number(isB);
}

export class ChannelBook {
  readonly #parts: ChannelBookParts;
  readonly #byId = new Map<string, Channel>();
  /** Topics of all channels. */
  #topicCount = 0;
  readonly #unsaved = new Set<Channel>();
  #cancelSave: (() => void) | undefined;

  constructor(parts: ChannelBookParts) {
    this.#parts = parts;
    for (const stored of parts.store.all()) this.#add(stored);
  }

  get topicCount(): number {
    return this.#topicCount;
  }

  all(): IterableIterator<Channel> {
    return this.#byId.values();
  }

  find(id: string): Channel | undefined {
    const channel = this.#byId.get(id);
    return channel === undefined || channel.expiresAt <= this.#parts.clock.now() ? undefined : channel;
  }

  /**
   * The owner's channel of that id, which from now on has the rights of the token that was shown for it.
   * @throws Fault resourceUnknown, for a channel of somebody else too.
   */
  owned({ actor, tokenKey }: ChannelOwner, id: string): Channel {
    const channel = this.find(id);
    // Rule: a channel is there for the user and client that made it, and for nobody else
    if (channel === undefined || channel.clientId !== actor.clientId || channel.userId !== actor.userId) {
      throw new Fault('resourceUnknown');
    }
    if (channel.tokenKey !== tokenKey) {
      channel.tokenKey = tokenKey;
      this.save(channel);
    }
    return channel;
  }

  /** Channels of the user and client, made or last used with the token, or with any. */
  of({ actor, tokenKey }: ChannelOwner, scope: 'token' | 'oauthclient'): readonly Channel[] {
    const now = this.#parts.clock.now();
    return [...this.#byId.values()].filter(
      (channel) =>
        channel.clientId === actor.clientId &&
        channel.userId === actor.userId &&
        channel.expiresAt > now &&
        (scope === 'oauthclient' || channel.tokenKey === tokenKey),
    );
  }

  /**
   * @param newest the newest event: what came before is not told.
   * @throws Fault channelsExhausted or storageUnavailable.
   */
  make({ actor, tokenKey }: ChannelOwner, newest: number): Channel {
    const { clock, limits, store } = this.#parts;
    const mine = this.of({ actor, tokenKey }, 'oauthclient').toSorted(givesWay);
    const isFull = this.#byId.size >= limits.channelsMax && mine.length < limits.channelsPerOwner;
    if (isFull) throw new Fault('channelsExhausted');
    const usedAt = clock.now();
    const record: ChannelRecord & ChannelMark = {
      id: `channel-${randomBytes(32).toString('base64url')}`,
      clientId: actor.clientId,
      ...(actor.userId === undefined ? {} : { userId: actor.userId }),
      tokenKey,
      expiresAt: after(usedAt, limits.channelMs),
      subscriptions: [],
      received: newest,
      usedAt,
    };
    store.put(record);
    // Rule: a channel beyond the limit takes the place of one without a client, or else of the least used
    for (const old of mine.slice(0, Math.max(0, mine.length + 1 - limits.channelsPerOwner)))
      this.remove(old, 'removed');
    return this.#add(record);
  }

  remove(channel: Channel, why: EndReason): void {
    if (!this.#byId.delete(channel.id)) return;
    this.#topicCount -= channel.subscriptions.size;
    this.#unsaved.delete(channel);
    channel.line?.end(why);
    this.#parts.store.remove([channel.id]);
  }

  removeExpired(): void {
    const now = this.#parts.clock.now();
    for (const channel of this.#byId.values()) if (channel.expiresAt <= now) this.remove(channel, 'expired');
  }

  /** Writes the channel down, with everything that belongs to it. @throws Fault storageUnavailable. */
  save(channel: Channel): void {
    this.#parts.store.put(recordOf(channel));
    this.#unsaved.delete(channel);
  }

  /**
   * The channel's subscriptions become these, and it lives on for a day.
   * @throws Fault storageUnavailable; nothing has changed then.
   */
  setSubscriptions(channel: Channel, next: readonly Subscription[]): void {
    const { clock, limits, store } = this.#parts;
    const usedAt = clock.now();
    const expiresAt = after(usedAt, limits.channelMs);
    store.put({ ...recordOf(channel), subscriptions: next, usedAt, expiresAt });
    const before = [...channel.byKey.keys()];
    this.#topicCount += next.length - channel.subscriptions.size;
    channel.subscriptions.clear();
    for (const subscription of next) channel.subscriptions.set(subscription.id, subscription);
    Object.assign(channel, { usedAt, expiresAt, byKey: listeningOf(next) });
    channel.line?.listen(before);
  }

  /** What has reached the client is written down in a while, together with that of other channels. */
  saveSoon(channel: Channel): void {
    this.#unsaved.add(channel);
    this.#cancelSave ??= this.#parts.clock.later(this.#parts.limits.saveMs, () => this.saveNow());
  }

  saveNow(): void {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    const marks = [...this.#unsaved].map(({ id, received, usedAt }) => ({ id, received, usedAt }));
    this.#unsaved.clear();
    try {
      if (marks.length > 0) this.#parts.store.mark(marks);
    } catch (error) {
      // A client that comes back is then told some of it twice.
      this.#parts.report(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #add(record: ChannelRecord & ChannelMark): Channel {
    const { limits } = this.#parts;
    const subscriptions = record.subscriptions.map(({ id, since }) => ({
      id,
      since,
      topics: readTopics(id, limits.topicCharactersMax),
    }));
    const channel: Channel = {
      id: record.id,
      clientId: record.clientId,
      userId: record.userId,
      tokenKey: record.tokenKey,
      expiresAt: record.expiresAt,
      usedAt: record.usedAt,
      received: record.received,
      subscriptions: new Map(subscriptions.map((subscription) => [subscription.id, subscription])),
      byKey: listeningOf(subscriptions),
      line: undefined,
    };
    this.#byId.set(channel.id, channel);
    this.#topicCount += subscriptions.length;
    return channel;
  }
}
