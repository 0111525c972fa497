/** Tells events to connected clients as soon as they are durable; who is behind reads from the outbox until it is not. */
import type { Actor, Clock, Outbox, StoredEvent } from '@tacet/domain';
import { CatchingUp } from './catching-up.ts';
import type { Channel, EndReason, TokenHolders } from './channel.ts';
import type { NotifyLimits } from './limits.ts';
import { type Cursor, type Line, type Outlet, tell, tellGap } from './line.ts';
import { nextTurn } from './next-turn.ts';
import type { FindConversation } from './subscription-rights.ts';
import { type ToldEvent, toldEvent } from './told-event.ts';

export interface DistributionParts {
  readonly outbox: Outbox;
  readonly find: FindConversation;
  readonly holders: TokenHolders;
  readonly clock: Clock;
  readonly limits: NotifyLimits;
  readonly report: (error: Error) => void;
}

/** What a client that comes back says it has received. */
export interface Position {
  readonly number: number;
  readonly topic?: string;
}

export class Distribution {
  readonly #parts: DistributionParts;
  readonly #lines = new Set<Line>();
  /** Connected clients by the keys of their topics. */
  readonly #byKey = new Map<string, Set<Line>>();
  readonly #catchingUp: CatchingUp;
  #waiting: StoredEvent[] = [];
  #isRunning = false;
  /** The newest event that is durable. */
  #newest = 0;
  /** The newest event that every live client was told. */
  #told = 0;
  /** Who holds which token, within one turn. */
  readonly #actors = new Map<string, Actor | undefined>();
  #stopListening: () => void = () => undefined;

  constructor(parts: DistributionParts) {
    this.#parts = parts;
    this.#catchingUp = new CatchingUp({
      ...parts,
      told: () => this.#told,
      tellLine: (line, event) => this.#tellLine(line, event),
      newTurn: () => this.#actors.clear(),
    });
  }

  /** The newest event; what is subscribed to from now on begins behind it. */
  get newest(): number {
    return this.#newest;
  }

  /** Events that are durable and that not every live client was told. */
  get lag(): number {
    return this.#newest - this.#told;
  }

  lines(): ReadonlySet<Line> {
    return this.#lines;
  }

  async start(): Promise<void> {
    this.#stopListening = this.#parts.outbox.onEvents((events) => this.#take(events));
    const { last } = await this.#parts.outbox.eventRange();
    this.#newest = Math.max(this.#newest, last);
    this.#told = Math.max(this.#told, last);
  }

  stop(): void {
    this.#stopListening();
  }

  /** A client has connected to its channel, and goes on behind `after`, or else behind what it surely has. */
  attach(channel: Channel, outlet: Outlet, after: Position | undefined): Line {
    // Rule: a channel has one client; a new one takes the place of the old one
    channel.line?.end('replaced');
    const isUnknown = after !== undefined && after.number > this.#newest;
    const wanted = after === undefined || isUnknown ? { number: channel.received } : cursorAfter(after);
    const line: Line = {
      channel,
      outlet,
      cursor: this.#withoutOld(channel, wanted),
      isLive: false,
      isBlocked: false,
      isOver: false,
      cancelStuck: () => undefined,
    };
    if (after !== undefined && !isUnknown) channel.received = wanted.number;
    channel.line = { listen: (before) => this.#relisten(line, before), end: (why) => this.end(line, why) };
    this.#lines.add(line);
    this.#listen(line, channel.byKey.keys());
    if (isUnknown) tellGap(line, 'positionUnknown', { from: line.cursor.number + 1 });
    this.#catchingUp.add(line);
    return line;
  }

  /** The client has gone, or is told to. */
  end(line: Line, why: EndReason | 'gone'): void {
    if (line.isOver) return;
    line.isOver = true;
    line.cancelStuck();
    this.#lines.delete(line);
    this.#unlisten(line, line.channel.byKey.keys());
    line.channel.line = undefined;
    line.channel.usedAt = this.#parts.clock.now();
    if (why !== 'gone') line.outlet.end(why);
  }

  endAll(why: EndReason): void {
    for (const line of this.#lines) this.end(line, why);
  }

  /** What was sent has left: the client can take more. */
  drained(line: Line): void {
    if (!line.isBlocked || line.isOver) return;
    line.isBlocked = false;
    line.cancelStuck();
    this.#catchingUp.add(line);
  }

  /** Up to where a client that takes part in everything has been told. */
  toldTo(line: Line): number {
    return line.isLive ? Math.max(line.cursor.number, this.#told) : line.cursor.number;
  }

  /** Whether the channel still has somebody's rights; a client whose channel has none is cut off. */
  checkRights(line: Line): void {
    this.#actors.clear();
    this.#actorOf(line);
  }

  /** Called within a commit: takes note and returns. */
  #take(events: readonly StoredEvent[]): void {
    const isInOrder = events[0]?.number === this.#newest + 1;
    this.#newest = events.at(-1)?.number ?? this.#newest;
    if (this.#lines.size === 0) {
      this.#waiting = [];
      this.#told = this.#newest;
      return;
    }
    this.#waiting.push(...events);
    const isTooMuch = this.#waiting.length > this.#parts.limits.waitingEventsMax;
    if (isTooMuch || !isInOrder) this.#fallBack();
    else if (!this.#isRunning) this.#run().catch(this.#parts.report);
  }

  /** Everybody reads from the outbox what waits to be told. */
  #fallBack(): void {
    this.#waiting = [];
    for (const line of this.#lines) {
      if (!line.isLive) continue;
      line.isLive = false;
      line.cursor = { number: Math.max(line.cursor.number, this.#told) };
      this.#catchingUp.add(line);
    }
    this.#told = this.#newest;
  }

  /** Whoever waits for the commit is answered first. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    await nextTurn();
    this.#actors.clear();
    for (let count = 1; this.#waiting.length > 0; count += 1) {
      const event = this.#waiting.shift();
      if (event !== undefined) await this.#tellAll(event);
      if (count % this.#parts.limits.turnEvents === 0) {
        await nextTurn();
        this.#actors.clear();
      }
    }
    this.#isRunning = false;
  }

  async #tellAll(event: StoredEvent): Promise<void> {
    try {
      const told = await toldEvent(event, this.#parts.find);
      if (event.number <= this.#told) return;
      for (const line of this.#listeners(told?.keys ?? [])) {
        if (told !== undefined && line.isLive && line.cursor.number < event.number) this.#tellLine(line, told);
      }
      this.#told = event.number;
    } catch (error) {
      this.#parts.report(error instanceof Error ? error : new Error(String(error)));
      this.#fallBack();
    }
  }

  /** @throws Fault storageUnavailable when nobody can say who may see it. */
  #tellLine(line: Line, event: ToldEvent): void {
    const actor = this.#actorOf(line);
    if (actor === undefined) return;
    tell(line, event, actor);
    if (line.outlet.bufferedBytes <= this.#parts.limits.bufferedBytesMax) return;
    line.isLive = false;
    line.isBlocked = true;
    // Rule: a client that takes nothing for too long is cut off, and its channel keeps its place
    line.cancelStuck = this.#parts.clock.later(this.#parts.limits.stuckMs, () => this.end(line, 'tooSlow'));
  }

  #actorOf(line: Line): Actor | undefined {
    const { tokenKey } = line.channel;
    if (!this.#actors.has(tokenKey)) this.#actors.set(tokenKey, this.#parts.holders.holderOf(tokenKey));
    const actor = this.#actors.get(tokenKey);
    // Rule: a channel whose token is worthless tells nothing more and is closed
    if (actor === undefined) this.end(line, 'unauthorised');
    return actor;
  }

  #listeners(keys: readonly string[]): ReadonlySet<Line> {
    return new Set(keys.flatMap((key) => [...(this.#byKey.get(key) ?? [])]));
  }

  #relisten(line: Line, before: Iterable<string>): void {
    this.#unlisten(line, before);
    this.#listen(line, line.channel.byKey.keys());
  }

  #listen(line: Line, keys: Iterable<string>): void {
    for (const key of keys) this.#byKey.set(key, (this.#byKey.get(key) ?? new Set()).add(line));
  }

  #unlisten(line: Line, keys: Iterable<string>): void {
    for (const key of keys) {
      const lines = this.#byKey.get(key);
      lines?.delete(line);
      if (lines?.size === 0) this.#byKey.delete(key);
    }
  }

  /** What is older than every subscription need not be read. */
  #withoutOld({ subscriptions }: Channel, cursor: Cursor): Cursor {
    const oldest = Math.min(this.#newest, ...[...subscriptions.values()].map(({ since }) => since));
    return oldest > cursor.number ? { number: oldest } : cursor;
  }
}

/** A position in the middle of an event is one behind the event before, but for what it names. */
function cursorAfter({ number, topic }: Position): Cursor {
  return topic === undefined ? { number } : { number: number - 1, topic };
}
