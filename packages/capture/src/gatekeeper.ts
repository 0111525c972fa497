/** The only maker of `AdmittedUnit`: gate, fence, guard and counters of one stream. */
import { gate, type Instant, instant, latest, limits, needs } from '@tacet/domain';
import { LateMedia } from './late-media.ts';
import type { Unit } from './unit.ts';
import type { UnitRun } from './unit-run.ts';

declare const admitted: unique symbol;
/** A unit that the gate let through. Nothing else can be put into a chunk, and only `Gatekeeper.admit` makes one. */
export type AdmittedUnit = Unit & { readonly [admitted]: true };

/** The same of a run: all of its units were let through. */
export type AdmittedRun = UnitRun & { readonly [admitted]: true };

/** A stretch over which nothing was kept, with the count of units refused. */
export interface Withheld {
  readonly from: Instant;
  readonly to: Instant;
  readonly unitCount: number;
}

const microsecond = 0.001;

/** Decides over every unit of one stream, first thing after the socket. */
export class Gatekeeper {
  #state: gate.GateState;
  #withheldCount = 0;
  #lastAdmittedAt = 0;
  #openedAt: Instant;
  /** The stretch before the gate last opened, and how much of it has been told; nothing once it shuts again. */
  #ended: Pick<Withheld, 'from' | 'to'> | undefined;
  #toldCount: number | undefined;
  readonly #late = new LateMedia();

  /** @param state the stored state; there is no default, because unknown is closed. */
  constructor(state: gate.GateState) {
    this.#state = state;
    this.#openedAt = state.at === 'opening' ? state.closedSince : state.since;
  }

  get isOpen(): boolean {
    return this.#state.at === 'open';
  }

  /** Whether everything that a gate needs to open has happened, but for a unit that is understood without earlier ones. */
  get awaitsAnchor(): boolean {
    return this.anchorAwaitedSince !== undefined;
  }

  /** Since when nothing but such a unit is missing. */
  get anchorAwaitedSince(): Instant | undefined {
    return this.#state.at === 'opening' && this.#state.fence === 'passed' ? this.#state.notBefore : undefined;
  }

  /** Whether the gate is shut for all that arrives now, but takes what arrived before and is still to be read. */
  get isClosing(): boolean {
    return this.#state.at === 'open' && this.#state.until !== undefined;
  }

  /** Since when the gate has been shut, or open. */
  get since(): Instant {
    return this.#state.at === 'opening' ? this.#state.closedSince : this.#state.since;
  }

  /** Units refused since the gate last closed; late ones that turn up after it opened are added. */
  get withheldCount(): number {
    return this.#withheldCount;
  }

  /** Lets the unit pass, or withholds it: its bytes are overwritten, it is counted, and nothing else is kept. */
  admit(unit: Unit): AdmittedUnit | undefined {
    // A late anchor must not open the gate: it is refused itself, and what follows could not be understood without it.
    const isLate = this.#isLate(unit);
    if (!isLate) this.#meet(unit);
    if (!isLate && gate.admits(this.#state, unit)) {
      if (unit.arrivedAt > this.#lastAdmittedAt) this.#lastAdmittedAt = unit.arrivedAt;
      return unit as AdmittedUnit;
    }
    // Rule: a withheld unit is overwritten before anything else can see it
    unit.bytes.fill(0);
    this.#withheldCount += 1;
    if (unit.media !== undefined) this.#late.note(unit.media);
    return undefined;
  }

  /**
   * Whether `admit` would let all units of a run pass, without a look at each: the gate is open, nothing is closing, and
   * nothing that was withheld can still be on its way.
   */
  admitsRun(run: UnitRun): boolean {
    return (
      !this.isClosing && this.#late.isEmpty && gate.admits(this.#state, { arrivedAt: earliestOf(run), isAnchor: true })
    );
  }

  /** Lets a run pass as a whole; `undefined` when its units are to be judged one by one. */
  admitRun(run: UnitRun): AdmittedRun | undefined {
    if (!this.admitsRun(run)) return undefined;
    for (let place = run.first; place < run.first + run.count; place += 1) {
      const arrivedAt = run.arrivals[place] ?? 0;
      if (arrivedAt > this.#lastAdmittedAt) this.#lastAdmittedAt = arrivedAt;
    }
    return run as AdmittedRun;
  }

  /** Shuts the gate for all that arrives from `at` on; `close` is to follow when what arrived before has been read. */
  closeFrom(at: Instant): void {
    this.#countAnew();
    // An instant that was admitted already cannot be withheld any more.
    this.#state = gate.closeFrom(this.#state, this.#notAdmitted(at));
  }

  /**
   * Shuts the gate at once.
   * @returns since when it has been shut: later than the arrival of every admitted unit.
   */
  close(now: Instant): Instant {
    this.#countAnew();
    this.#state = gate.close(this.#state, this.#notAdmitted(now));
    return this.since;
  }

  /** Begins to open; the driver must then send fences as `wantsFence` says. */
  open(policy: gate.OpenPolicy): void {
    this.#state = gate.open(this.#state, policy);
  }

  wantsFence(now: Instant): boolean {
    return gate.wantsFence(this.#state, now);
  }

  fenceSent(at: Instant): void {
    this.#state = gate.fenceSent(this.#state, at);
  }

  /** The fence came back: the gate opens, or waits for an anchor from here on. */
  fencePassed(at: Instant): void {
    this.#become(gate.fencePassed(this.#state, at));
  }

  /**
   * The withheld stretch that ended when the gate last opened, for as long as it is open: told once, and again with a
   * higher count when late units of it turned up.
   */
  takeEnded(): Withheld | undefined {
    if (!this.hasUntold || this.#ended === undefined) return undefined;
    this.#toldCount = this.#withheldCount;
    return { ...this.#ended, unitCount: this.#withheldCount };
  }

  /** Whether `takeEnded` has something to tell. */
  get hasUntold(): boolean {
    return this.#ended !== undefined && this.#toldCount !== this.#withheldCount;
  }

  #countAnew(): void {
    if (!this.isOpen || this.isClosing) return;
    this.#withheldCount = 0;
    this.#ended = undefined;
  }

  /** `at`, or the first instant behind it at which nothing was admitted. */
  #notAdmitted(at: Instant): Instant {
    return latest(at > this.#lastAdmittedAt ? at : instant(this.#lastAdmittedAt + microsecond), this.since);
  }

  /** The unit may be the anchor that an opening gate waits for. */
  #meet(unit: Unit): void {
    const next = gate.meet(this.#state, unit);
    if (next === this.#state) return;
    this.#become(next);
    // Rule: what was sent before the anchor that opened a gate is refused, though it comes after it
    if (unit.media !== undefined) this.#late.note({ ...unit.media, time: unit.media.time - 1 });
  }

  #become(next: gate.GateState): void {
    if (next === this.#state) return;
    if (next.at === 'open') {
      const from = this.since;
      needs(next.since >= from, 'a gate opens after it closed');
      this.#openedAt = next.since;
      this.#ended = { from, to: next.since };
      this.#toldCount = undefined;
    }
    this.#state = next;
  }

  #isLate(unit: Unit): boolean {
    if (unit.media === undefined) return false;
    if (this.isOpen && !this.isClosing && unit.arrivedAt - this.#openedAt > limits.lateWindowMs) {
      this.#late.forget();
      return false;
    }
    return this.#late.isLate(unit.media);
  }
}

function earliestOf({ arrivals, first, count }: UnitRun): Instant {
  let earliest = Number.POSITIVE_INFINITY;
  for (let place = first; place < first + count; place += 1) {
    const arrivedAt = arrivals[place] ?? 0;
    if (arrivedAt < earliest) earliest = arrivedAt;
  }
  return instant(earliest);
}
