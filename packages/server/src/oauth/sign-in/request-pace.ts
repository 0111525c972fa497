/** How many requests an address may make in a minute, in bounded memory. */
import type { Clock, Instant } from '@tacet/domain';
import { throttleKey } from '../../remote-address.ts';
import { signInLimits } from './sign-in-limits.ts';

const minuteMs = 60_000;

export class RequestPace {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #perMinute: number;
  /** Oldest minute first. */
  readonly #counts = new Map<string, { readonly since: Instant; count: number }>();

  constructor(clock: Pick<Clock, 'now'>, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Counts a request; returns for how many seconds the address has to wait, 0 when it is within its pace. */
  count(address: string): number {
    const key = throttleKey(address);
    const now = this.#clock.now();
    const before = this.#counts.get(key);
    if (before === undefined || now - before.since >= minuteMs) {
      this.#counts.delete(key);
      this.#counts.set(key, { since: now, count: 1 });
      this.#forgetOldest();
      return 0;
    }
    before.count += 1;
    return before.count <= this.#perMinute ? 0 : Math.max(1, Math.ceil((before.since + minuteMs - now) / 1_000));
  }

  #forgetOldest(): void {
    if (this.#counts.size <= signInLimits.countedAddressesMax) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
