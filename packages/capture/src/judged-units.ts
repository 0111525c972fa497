/** Admitted units on their way into a chunk, past the screen that may keep some of them out or silence them. */
import { instant } from '@tacet/domain';
import { ChunkBuilder, type Silenced } from './chunk-builder.ts';
import type { AdmittedRun, AdmittedUnit } from './gatekeeper.ts';
import { MaskedUnits } from './masked-units.ts';
import type { UnitRun } from './unit-run.ts';
import { refused, type UnitScreen } from './unit-screen.ts';

const microsecond = 0.001;
/** What a screen says of the units of a run; of whichever capture of this thread is at work. */
let verdicts = new Int32Array(256);

export class JudgedUnits {
  readonly builder: ChunkBuilder = new ChunkBuilder();
  readonly masked: MaskedUnits = new MaskedUnits();
  readonly #screen: UnitScreen | undefined;
  readonly #onFull: () => void;
  readonly #onApart: (units: Silenced) => void;

  /**
   * @param onFull the next unit does not fit: what is judged is to be taken out.
   * @param onApart masked units that are to be told by themselves.
   */
  constructor(screen: UnitScreen | undefined, onFull: () => void, onApart: (units: Silenced) => void) {
    this.#screen = screen;
    this.#onFull = onFull;
    this.#onApart = onApart;
  }

  /** How many of the newest units are not judged to the end. */
  get heldCount(): number {
    return this.#screen?.undecidedCount ?? 0;
  }

  add(admitted: AdmittedUnit): void {
    if (this.builder.isFull(admitted.bytes.length, admitted.arrivedAt)) this.#onFull();
    const silencedCount = this.#screen?.judge(admitted) ?? 0;
    if (silencedCount === refused) {
      // Rule: what policy masks is overwritten before anything else can see it
      admitted.bytes.fill(0);
      const to = instant(admitted.arrivedAt + microsecond);
      this.#mask({ from: admitted.arrivedAt, to, unitCount: 1 });
      return;
    }
    this.builder.add(admitted);
    if (silencedCount > 0) this.#silence(silencedCount);
  }

  /** Whether no unit of a run needs a look of its own. */
  takesRun(run: UnitRun): boolean {
    return this.#screen === undefined || this.#screen.takesRun?.(run) === true;
  }

  /** Rule: units that are handed in as a run are kept, cut and silenced as they would be one by one */
  addRun(run: AdmittedRun): void {
    if (run.count > verdicts.length) verdicts = new Int32Array(run.count);
    for (let from = 0; from < run.count; ) {
      if (this.builder.isFull(run.length, instant(run.arrivals[run.first + from] ?? 0))) this.#onFull();
      const count = this.builder.addRun(run, from);
      if (this.#screen?.judgeRun?.(partOf(run, from, count), verdicts) === true) this.#silenceRun(count);
      from += count;
    }
  }

  /** Nothing more comes, or nothing more fits: what is not judged to the end is silenced if it may be meant. */
  settle(): void {
    const silencedCount = this.#screen?.settle() ?? 0;
    if (silencedCount > 0) this.#silence(silencedCount);
  }

  #silenceRun(count: number): void {
    for (let place = 0; place < count; place += 1) {
      const silencedCount = verdicts[place] ?? 0;
      if (silencedCount > 0) this.#silence(silencedCount, count - 1 - place);
    }
  }

  /** @param newerCount units behind those that are meant. */
  #silence(count: number, newerCount = 0): void {
    const screen = this.#screen;
    if (screen === undefined) return;
    const known = Math.min(count, this.builder.count - newerCount);
    const silenced = this.builder.silence(known, (bytes) => screen.silence(bytes), newerCount);
    if (silenced !== undefined) this.#mask(silenced);
  }

  #mask(units: Silenced): void {
    const apart = this.masked.add(units);
    if (apart !== undefined) this.#onApart(apart);
  }
}

/** Units `from` to before `from + count` of a run. */
function partOf(run: UnitRun, from: number, count: number): UnitRun {
  if (count === run.count) return run;
  return { ...run, offset: run.offset + from * run.stride, first: run.first + from, count };
}
