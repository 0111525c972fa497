/** How many requests of whom are answered in a minute, and what each answer says about it (contract §5.3). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Actor, type Clock, Fault, type Instant } from '@tacet/domain';
import { remoteAddress, throttleKey } from '../remote-address.ts';
import type { Door } from './door.ts';
import type { EdgeSettings } from './edge-settings.ts';
import { isCounted, type RateClass, rateClassOf } from './rate-classes.ts';
import { type RateWindow, RateWindows, secondsLeft } from './rate-windows.ts';

type Budgets = { readonly [rateClass in RateClass | 'stranger']: RateWindows | undefined };

function budgetsOf({ rateLimitPerMinute, pauseRateLimitPerMinute }: EdgeSettings): Budgets {
  const upTo = (allowed: number): RateWindows | undefined => (allowed === 0 ? undefined : new RateWindows(allowed));
  return {
    pause: upTo(pauseRateLimitPerMinute),
    playback: upTo(rateLimitPerMinute),
    administration: upTo(rateLimitPerMinute),
    other: upTo(rateLimitPerMinute),
    stranger: upTo(rateLimitPerMinute),
    none: undefined,
  };
}

/** A client counts as itself; with a user context, each of its users counts for themselves. */
function keyOf({ clientId, userId }: Pick<Actor, 'clientId' | 'userId'>): string {
  return userId === undefined ? clientId : `${clientId} ${userId}`;
}

export class RateLimits {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #budgets: Budgets;
  readonly #ofDoor = new WeakMap<Door, RateWindows | undefined>();

  constructor(settings: EdgeSettings, clock: Pick<Clock, 'now'>) {
    this.#budgets = budgetsOf(settings);
    this.#clock = clock;
  }

  /**
   * Counts a request of somebody whom we know, and says in the answer how many there were.
   * @throws Fault rateExceeded.
   */
  countActor(response: ServerResponse, door: Door, actor: Pick<Actor, 'clientId' | 'userId'>): void {
    const budget = this.#budgetOf(door);
    // Rule: each client, and each user of it, has a budget of its own in each class of operations
    if (budget !== undefined) this.#count(response, budget, keyOf(actor));
  }

  /**
   * Counts a request of nobody whom we know, by the address it came from.
   * @throws Fault rateExceeded.
   */
  countStranger(request: IncomingMessage, response: ServerResponse): void {
    const budget = isCounted(request.url ?? '') ? this.#budgets.stranger : undefined;
    // Rule: requests without a valid token are counted by their address
    if (budget !== undefined) this.#count(response, budget, throttleKey(remoteAddress(request)));
  }

  #budgetOf(door: Door): RateWindows | undefined {
    if (this.#ofDoor.has(door)) return this.#ofDoor.get(door);
    const budget = this.#budgets[rateClassOf(door)];
    this.#ofDoor.set(door, budget);
    return budget;
  }

  #count(response: ServerResponse, budget: RateWindows, key: string): void {
    const now = this.#clock.now();
    const window = budget.take(key, now);
    sayRate(response, budget, window, now);
    if (budget.isExceeded(window)) throw new Fault('rateExceeded', { seconds: secondsLeft(window, now) });
  }
}

function sayRate(response: ServerResponse, { allowed }: RateWindows, window: RateWindow, now: Instant): void {
  response.setHeader('inin-ratelimit-count', String(window.count));
  response.setHeader('inin-ratelimit-allowed', String(allowed));
  response.setHeader('inin-ratelimit-reset', String(secondsLeft(window, now)));
}
