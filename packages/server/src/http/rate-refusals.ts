/** Refused attempts on their way into the audit log: the first of each minute one by one, the rest as a count (P9). */
import { type Asked, after, type CancelTimer, type Fault, type Instant, toIso } from '@tacet/domain';
import { type ControlContext, noteRefusal } from '../control/index.ts';
import { httpLimits } from './http-limits.ts';

export type Refusal = Parameters<typeof noteRefusal>[2];

/** Refusals of one kind, of one address or client, within a minute. */
interface Counted {
  /** Written one by one. */
  writtenCount: number;
  /** Those after them, which the entry at the end of the minute tells of. */
  countedOnly: number;
  countedFrom: Instant;
  last: { readonly asked: Asked; readonly action: Refusal['action']; readonly fault: Fault };
}

/** The key of all that come when too many are told apart already. */
const others = '';

/**
 * Whoever cannot be held responsible, or is over a limit, must not be able to fill the disk with audit entries, and
 * each refusal has to show in them all the same.
 */
export class RefusalLog {
  readonly #control: ControlContext;
  readonly #counted = new Map<string, Counted>();
  #endsAt: Instant;
  #cancelTimer: CancelTimer | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(control: ControlContext) {
    this.#control = control;
    this.#endsAt = control.clock.now();
  }

  /**
   * Never rejects: what cannot be written down is refused all the same.
   * @param who an address or a client.
   */
  async note(who: string, asked: Asked, refusal: Refusal): Promise<void> {
    const now = this.#control.clock.now();
    if (now >= this.#endsAt) this.#beginMinute(now);
    const { action, fault } = refusal;
    const key = `${who} ${fault.code}`;
    const isKnown = this.#counted.has(key) || this.#counted.size < httpLimits.refusedKeysMax;
    const place = isKnown ? key : others;
    const counted = this.#counted.get(place) ?? this.#add(place, { asked, action, fault });
    // Rule: refusals that come in a flood are written down as one entry with their count
    if (counted.writtenCount >= httpLimits.refusalsEach) {
      this.#countOnly(counted, { asked, action, fault }, now);
      return;
    }
    counted.writtenCount += 1;
    await noteRefusal(this.#control, asked, refusal).catch(this.#control.report);
  }

  /** Writes down what was only counted so far. */
  async close(): Promise<void> {
    this.#tell();
    await this.#written;
  }

  #add(key: string, last: Counted['last']): Counted {
    const counted = { writtenCount: 0, countedOnly: 0, countedFrom: this.#endsAt, last };
    this.#counted.set(key, counted);
    return counted;
  }

  #beginMinute(now: Instant): void {
    this.#tell();
    this.#endsAt = after(now, httpLimits.rateWindowMs);
  }

  #countOnly(counted: Counted, last: Counted['last'], now: Instant): void {
    if (counted.countedOnly === 0) counted.countedFrom = now;
    counted.countedOnly += 1;
    counted.last = last;
    this.#cancelTimer ??= this.#control.clock.later(this.#endsAt - now, () => this.#tell());
  }

  #tell(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const entries = [...this.#counted].filter(([, { countedOnly }]) => countedOnly > 0);
    this.#counted.clear();
    const { clock, store, report } = this.#control;
    const at = clock.now();
    const audit = entries.map(([key, { countedOnly, countedFrom, last }]) => {
      const { asked, action, fault } = last;
      // One of many stands for all: whose address it is, and which door, is told where all have the same.
      const by = key === others ? { ...asked, from: '' } : asked;
      const facts = { fault: fault.code, count: countedOnly, since: toIso(countedFrom) };
      return { at, action, result: 'refused', by, facts } as const;
    });
    if (audit.length === 0) return;
    this.#written = Promise.all([this.#written, store.commit({ audit })]).then(() => undefined, report);
  }
}
