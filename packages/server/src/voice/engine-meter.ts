/** Counts what the engine of one worker did, from counters that its captures keep anyway. */
import type { Clock, Instant, LossReason } from '@tacet/domain';
import type { UnitTotals, WorkerGauges } from './worker-gauges.ts';

type Counts = { [reason: string]: number };

/** What a capture can tell at any time; all of it only grows. */
export interface CountedPort {
  readonly capture: { readonly admittedTotal: number; readonly withheldTotal: number; readonly maskedTotal: number };
  readonly refusals: Readonly<Record<string, number>>;
  readonly lost: Readonly<Partial<Record<LossReason, number>>>;
}

function addAll(sum: Counts, more: Readonly<Partial<Record<string, number>>>): void {
  for (const [reason, count] of Object.entries(more)) sum[reason] = (sum[reason] ?? 0) + (count ?? 0);
}

class Sum implements UnitTotals {
  admitted = 0;
  withheld = 0;
  masked = 0;
  readonly refused: Counts = {};
  readonly lost: Counts = {};

  add({ capture, refusals, lost }: CountedPort): void {
    this.admitted += capture.admittedTotal;
    this.withheld += capture.withheldTotal;
    this.masked += capture.maskedTotal;
    addAll(this.refused, refusals);
    addAll(this.lost, lost);
  }

  copy(): Sum {
    const copy = new Sum();
    copy.admitted = this.admitted;
    copy.withheld = this.withheld;
    copy.masked = this.masked;
    addAll(copy.refused, this.refused);
    addAll(copy.lost, this.lost);
    return copy;
  }
}

export class EngineMeter {
  readonly #clock: Clock;
  readonly #ended = new Sum();
  #dueAt: number | undefined;
  #delayMs = 0;
  #syncsMs: number[] = [];
  #durableAt: Instant;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#durableAt = clock.now();
  }

  /** The clockwork ticked; the next tick is due in `everyMs`. */
  ticked(now: Instant, everyMs: number): void {
    if (this.#dueAt !== undefined) this.#delayMs = Math.max(this.#delayMs, now - this.#dueAt);
    this.#dueAt = now + everyMs;
  }

  /** Times a sync of the spool; one that fails is told by the spool itself. */
  syncing(sync: Promise<void>): void {
    const since = this.#clock.now();
    sync.then(
      () => {
        this.#durableAt = since;
        this.#syncsMs.push(this.#clock.now() - since);
      },
      () => undefined,
    );
  }

  /** A capture is over: its counts stay in the totals. */
  ended(port: CountedPort): void {
    this.#ended.add(port);
  }

  /** How long what is waiting has waited at most. */
  ageOf(backlogBytes: number): number {
    return backlogBytes === 0 ? 0 : this.#clock.now() - this.#durableAt;
  }

  units(live: Iterable<CountedPort>): UnitTotals {
    const sum = this.#ended.copy();
    for (const port of live) sum.add(port);
    return sum;
  }

  /** The worst delay and the syncs since they were last taken; a tick that is overdue counts already. */
  take(): Pick<WorkerGauges, 'loopDelayMs' | 'syncsMs'> {
    const overdueMs = this.#dueAt === undefined ? 0 : this.#clock.now() - this.#dueAt;
    const taken = { loopDelayMs: Math.max(this.#delayMs, overdueMs), syncsMs: this.#syncsMs };
    this.#delayMs = 0;
    this.#syncsMs = [];
    return taken;
  }
}
