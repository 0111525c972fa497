import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { admits, close, fencePassed, fenceSent, type GateState, meet, open, openGate } from './gate.ts';
import { type Instant, instant } from './instant.ts';

type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'close' | 'fence' }
  | { readonly kind: 'open'; readonly guardMs: number; readonly needsAnchor: boolean }
  | { readonly kind: 'arrive'; readonly isAnchor: boolean }
  | { readonly kind: 'read'; readonly count: number; readonly skip: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      guardMs: fc.integer({ min: 0, max: 12 }),
      needsAnchor: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.constant({ kind: 'fence' as const }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('arrive' as const), isAnchor: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      count: fc.integer({ min: 1, max: 6 }),
      skip: fc.integer({ min: 0, max: 2 }),
    }),
  },
);

/** What waits in the queue of the socket: units, and fences with the opening they were sent for. */
type Queued =
  | { readonly kind: 'unit'; readonly arrivedAt: Instant; readonly isAnchor: boolean }
  | { readonly kind: 'fence'; readonly arrivedAt: Instant; readonly opening: number };

/** The naive reference: a list of stretches over which nothing that arrived may ever be kept. */
interface Shut {
  readonly from: number;
  /** Arrival of the first fence that was sent after the guard of a resume of this stretch. */
  until: number;
  /** When the driver read such a fence back and told the gate. */
  toldAt: number;
  notBefore: number;
  needsAnchor: boolean;
}

interface Outcome {
  readonly arrivedAt: number;
  readonly readAt: number;
  readonly isAnchor: boolean;
  readonly isAdmitted: boolean;
  readonly wasOpen: boolean;
}

/** Drives a gate the way a worker does; `hasStamps` tells whether the platform says when a unit arrived. */
class World {
  readonly outcomes: Outcome[] = [];
  readonly shuts: Shut[] = [];
  #now = 1_000;
  #gate: GateState = openGate(instant(1_000));
  #opening = 0;
  readonly #queue: Queued[] = [];
  readonly #hasStamps: boolean;

  constructor(hasStamps: boolean) {
    this.#hasStamps = hasStamps;
  }

  do(next: Step): void {
    // Each step has an instant of its own, so that edges are never a coin toss.
    this.#now += next.kind === 'wait' ? next.ms : 1;
    const now = instant(this.#now);
    if (next.kind === 'close') this.#close(now);
    else if (next.kind === 'open') this.#open(now, next.guardMs, next.needsAnchor);
    else if (next.kind === 'fence') this.#fence(now);
    else if (next.kind === 'arrive') this.#queue.push({ kind: 'unit', arrivedAt: now, isAnchor: next.isAnchor });
    else if (next.kind === 'read') {
      // Where arrivals are stamped the order of reading means nothing; without stamps it is all there is.
      const skip = this.#hasStamps ? next.skip : 0;
      for (const item of this.#queue.splice(skip, next.count)) this.#read(item);
    }
  }

  #close(now: Instant): void {
    this.#gate = close(this.#gate, now);
    const last = this.shuts.at(-1);
    if (last?.toldAt === Infinity) {
      last.until = Infinity;
      last.notBefore = Infinity;
    } else this.shuts.push({ from: now, until: Infinity, toldAt: Infinity, notBefore: Infinity, needsAnchor: false });
  }

  #open(now: Instant, guardMs: number, needsAnchor: boolean): void {
    const notBefore = instant(now + guardMs);
    const before = this.#gate;
    this.#gate = open(this.#gate, { notBefore, needsAnchor });
    if (this.#gate !== before) this.#opening += 1;
    const last = this.shuts.at(-1);
    if (last !== undefined && last.toldAt === Infinity && last.notBefore === Infinity) {
      last.notBefore = notBefore;
      last.needsAnchor = needsAnchor;
    }
  }

  /** Sends a fence whether it is wanted or not; the driver only knows those that the gate took for sent. */
  #fence(now: Instant): void {
    const before = this.#gate;
    this.#gate = fenceSent(this.#gate, now);
    const isCounted = this.#gate !== before;
    this.#queue.push({ kind: 'fence', arrivedAt: now, opening: isCounted ? this.#opening : -1 });
  }

  #read(item: Queued): void {
    this.#now += 1;
    const now = instant(this.#now);
    const stamp = this.#hasStamps ? item.arrivedAt : now;
    if (item.kind === 'fence') {
      const last = this.shuts.at(-1);
      if (last !== undefined && item.arrivedAt >= last.notBefore) {
        last.until = Math.min(last.until, item.arrivedAt);
        if (item.opening === this.#opening) last.toldAt = Math.min(last.toldAt, now);
      }
      // A fence that was not counted is told to the gate as well, as long as none is on its way that was.
      const isUncounted = item.opening === -1 && !(this.#gate.at === 'opening' && this.#gate.fence === 'sent');
      if (item.opening === this.#opening || isUncounted) this.#gate = fencePassed(this.#gate, stamp);
      return;
    }
    const head = { arrivedAt: stamp, isAnchor: item.isAnchor };
    this.#gate = meet(this.#gate, head);
    this.outcomes.push({
      arrivedAt: item.arrivedAt,
      readAt: now,
      isAnchor: item.isAnchor,
      isAdmitted: admits(this.#gate, head),
      wasOpen: this.#gate.at === 'open',
    });
  }
}

function played(steps: readonly Step[], hasStamps: boolean): World {
  const world = new World(hasStamps);
  for (const next of steps) world.do(next);
  return world;
}

const anyRun: [fc.Arbitrary<Step[]>, fc.Arbitrary<boolean>] = [
  fc.array(step, { maxLength: 100, size: 'max' }),
  fc.boolean(),
];

test('no unit that arrived while the gate was shut, or before a fence sent after the guard, is ever admitted', () => {
  let opened = 0;
  fc.assert(
    fc.property(...anyRun, (steps, hasStamps) => {
      const { outcomes, shuts } = played(steps, hasStamps);
      for (const { arrivedAt, isAdmitted } of outcomes) {
        const shut = shuts.find(({ from, until }) => arrivedAt >= from && arrivedAt < until);
        assert.ok(!isAdmitted || shut === undefined, `a unit of ${arrivedAt} came through`);
      }
      const last = shuts.at(-1);
      if (last !== undefined && outcomes.some((o) => o.isAdmitted && o.arrivedAt > last.until)) opened += 1;
    }),
    { numRuns: 2_000 },
  );
  assert.ok(opened > 50, 'the runs must reach gates that opened again');
});

test('a unit that arrives and is read while the gate is open is admitted', () => {
  fc.assert(
    fc.property(...anyRun, (steps, hasStamps) => {
      const { outcomes, shuts } = played(steps, hasStamps);
      for (const { arrivedAt, readAt, isAdmitted, wasOpen } of outcomes) {
        const isClear = shuts.every(({ from, toldAt }) => readAt < from || arrivedAt > toldAt);
        // Where units depend on each other the gate may wait for an anchor, and refuse what was stamped before it.
        if (isClear && wasOpen && !hasStamps) assert.ok(isAdmitted, `a unit of ${arrivedAt} was refused`);
        const needsAnchor = shuts.some(({ from, needsAnchor: needs }) => needs && from < arrivedAt);
        if (isClear && !needsAnchor) assert.ok(isAdmitted, `a unit of ${arrivedAt} was refused`);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('where units depend on earlier ones the first admitted after a pause is an anchor', () => {
  fc.assert(
    fc.property(...anyRun, (steps, hasStamps) => {
      const { outcomes, shuts } = played(steps, hasStamps);
      for (const { until, needsAnchor } of shuts.filter((shut) => shut.needsAnchor)) {
        const next = shuts.find(({ from }) => from > until)?.from ?? Infinity;
        const first = outcomes.find((o) => o.isAdmitted && o.arrivedAt > until && o.arrivedAt < next);
        assert.ok(first === undefined || first.isAnchor || !needsAnchor);
      }
    }),
    { numRuns: 1_000 },
  );
});
