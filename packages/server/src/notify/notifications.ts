/** The notification edge: channels, their subscriptions and their sockets, put together. */
import type { Actor, Clock, MetadataStore, Outbox, Permission } from '@tacet/domain';
import type { Channel, ChannelStore, TokenHolders } from './channel.ts';
import { ChannelBook, type ChannelOwner } from './channel-book.ts';
import { Distribution } from './distribution.ts';
import { type NotifyLimits, notifyLimits } from './limits.ts';
import { Pruning } from './prune.ts';
import { Sockets, socketPath } from './sockets.ts';
import { type SubscribeWish, subscribe, type TopicOutcome } from './subscribe.ts';
import { topicRows } from './topics.ts';

export interface NotificationParts {
  readonly store: Pick<MetadataStore, 'conversation'>;
  readonly outbox: Outbox;
  readonly channels: ChannelStore;
  readonly holders: TokenHolders;
  readonly clock: Clock;
  /** A failure that no caller waits for. */
  readonly report: (error: Error) => void;
  readonly limits?: Partial<NotifyLimits>;
}

/** Who asks for something about channels, with which token. */
export interface ChannelCaller {
  readonly actor: Actor;
  readonly bearer: string;
}

/** A channel as its owner knows it. */
export interface ChannelFacts {
  readonly id: string;
  /** Below the host, for a WebSocket. */
  readonly path: string;
  readonly expiresAt: Channel['expiresAt'];
}

/** A topic as readers of the API know it. */
export interface TopicFacts {
  readonly id: string;
  readonly description: string;
  readonly permission: Permission;
  readonly isForOneself: boolean;
  readonly isForParticipants: boolean;
  /** JSON Schema of the body of its events. */
  readonly schema: object;
}

export class Notifications {
  readonly #holders: TokenHolders;
  readonly #book: ChannelBook;
  readonly #distribution: Distribution;
  readonly #sockets: Sockets;
  readonly #pruning: Pruning;
  readonly #clock: Clock;
  readonly #limits: NotifyLimits;
  readonly #subscribe: (channel: Channel, actor: Actor, wish: SubscribeWish) => Promise<readonly TopicOutcome[]>;
  readonly #report: (error: Error) => void;
  #cancelBeat: () => void = () => undefined;

  constructor(parts: NotificationParts) {
    const { store, outbox, channels, holders, clock, report } = parts;
    const limits = { ...notifyLimits, ...parts.limits };
    const find = store.conversation.bind(store);
    const shared = { outbox, find, holders, clock, limits, report };
    this.#holders = holders;
    this.#clock = clock;
    this.#limits = limits;
    this.#report = report;
    const book = new ChannelBook({ store: channels, clock, limits, report });
    const distribution = new Distribution(shared);
    this.#subscribe = (channel, actor, wish) =>
      subscribe({ book, limits, find, newest: () => distribution.newest }, channel, actor, wish);
    this.#book = book;
    this.#distribution = distribution;
    this.#sockets = new Sockets({ ...shared, book, distribution, subscribe: this.#subscribe });
    this.#pruning = new Pruning(shared);
  }

  /** Events are told from now on. @throws Fault storageUnavailable. */
  async start(): Promise<void> {
    await this.#distribution.start();
    this.#beatLater();
  }

  /** Clients are told to come back later; what they have received is written down. */
  async stop(): Promise<void> {
    this.#cancelBeat();
    this.#pruning.stop();
    await this.#sockets.close();
    this.#distribution.stop();
    this.#book.saveNow();
  }

  /** How many sockets are connected, and how many durable events wait to be told to them. */
  get load(): { readonly sockets: number; readonly lag: number } {
    return { sockets: this.#distribution.lines().size, lag: this.#distribution.lag };
  }

  handlesPath(url: string): boolean {
    return this.#sockets.handlesPath(url);
  }

  upgrade(...given: Parameters<Sockets['upgrade']>): void {
    this.#sockets.upgrade(...given);
  }

  /** @throws Fault channelsExhausted or storageUnavailable. */
  makeChannel(caller: ChannelCaller): ChannelFacts {
    return this.#factsOf(this.#book.make(this.#ownerOf(caller), this.#distribution.newest));
  }

  channelsOf(caller: ChannelCaller, scope: 'token' | 'oauthclient'): readonly ChannelFacts[] {
    return this.#book.of(this.#ownerOf(caller), scope).map((channel) => this.#factsOf(channel));
  }

  /** @throws Fault resourceUnknown. */
  demandChannel(caller: ChannelCaller, id: string): void {
    this.#book.owned(this.#ownerOf(caller), id);
  }

  /** @throws Fault resourceUnknown. */
  topicsOf(caller: ChannelCaller, id: string): readonly TopicOutcome[] {
    const { subscriptions } = this.#book.owned(this.#ownerOf(caller), id);
    return [...subscriptions.keys()].map((topic) => ({ id: topic, state: 'Permitted' }));
  }

  /** @throws Fault resourceUnknown, topicInvalid, topicsTooMany, permissionMissing or storageUnavailable. */
  async subscribe(caller: ChannelCaller, id: string, wish: SubscribeWish): Promise<readonly TopicOutcome[]> {
    return this.#subscribe(this.#book.owned(this.#ownerOf(caller), id), caller.actor, wish);
  }

  topics(): readonly TopicFacts[] {
    return topicRows.map(({ pattern, description, permission, isForOneself, isForParticipants, body }) => ({
      id: pattern,
      description,
      permission,
      isForOneself: isForOneself === true,
      isForParticipants: isForParticipants === true,
      schema: body,
    }));
  }

  #ownerOf({ actor, bearer }: ChannelCaller): ChannelOwner {
    return { actor, tokenKey: this.#holders.keyOf(bearer) };
  }

  #factsOf({ id, expiresAt }: Channel): ChannelFacts {
    return { id, path: `${socketPath}${id}`, expiresAt };
  }

  async #beat(): Promise<void> {
    this.#pruning.start();
    await this.#sockets.beat();
    this.#book.removeExpired();
  }

  #beatLater(): void {
    this.#cancelBeat = this.#clock.later(this.#limits.heartbeatMs, () => {
      this.#beatLater();
      this.#beat().catch(this.#report);
    });
  }
}
