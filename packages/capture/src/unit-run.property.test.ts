/** Units handed in as runs, against the same units one by one: over random screens, pauses between units, and pauses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant } from '@tacet/domain';
import fc from 'fast-check';
import { marked, markOf, Rig } from '../test/rig.ts';
import type { Capture } from './capture.ts';
import { parseSegmentFile, unsealChunks } from './segment-reader.ts';
import type { Unit } from './unit.ts';
import type { UnitRun } from './unit-run.ts';
import type { UnitScreen } from './unit-screen.ts';

const unitBytes = 24;

/** Finds out late, and silences what its list says, which may be more than there is. */
class ListedScreen implements UnitScreen {
  readonly #counts: readonly number[];
  #judgedCount = 0;

  constructor(counts: readonly number[]) {
    this.#counts = counts;
  }

  opened(): void {}

  judge(_unit: Pick<Unit, 'bytes'>): number {
    this.#judgedCount += 1;
    return this.#counts[this.#judgedCount % this.#counts.length] ?? 0;
  }

  takesRun(): boolean {
    return true;
  }

  judgeRun({ bytes, count }: UnitRun, silenced: Int32Array): boolean {
    for (let place = 0; place < count; place += 1) silenced[place] = this.judge({ bytes });
    return silenced.subarray(0, count).some((one) => one > 0);
  }

  get undecidedCount(): number {
    return this.#judgedCount % 4;
  }

  settle(): number {
    return this.#judgedCount % 3;
  }

  silence(bytes: Uint8Array): void {
    bytes.fill(0x2e);
  }
}

interface Burst {
  readonly pausesMs: readonly number[];
  readonly closesBehind: boolean;
}

function runOf(marks: readonly number[], arrivals: readonly Instant[]): UnitRun {
  const stride = unitBytes + 7;
  const bytes = Buffer.alloc(5 + marks.length * stride);
  for (const [place, mark] of marks.entries()) bytes.set(marked(mark, unitBytes), 5 + place * stride);
  const all = Float64Array.of(0, ...arrivals);
  return { bytes, offset: 5, stride, length: unitBytes, count: marks.length, arrivals: all, first: 1 };
}

function handIn(capture: Capture, marks: readonly number[], arrivals: readonly Instant[], asRuns: boolean): void {
  const run = runOf(marks, arrivals);
  if (asRuns && capture.takesRun(run)) {
    capture.receiveRun(run);
    return;
  }
  for (const [place, mark] of marks.entries()) {
    capture.receive({ bytes: marked(mark, unitBytes), arrivedAt: arrivals[place] ?? instant(0), isAnchor: true });
  }
}

/** All that is known of a recording: its units, where its chunks were cut, what was told of it. */
async function recorded(bursts: readonly Burst[], counts: readonly number[], asRuns: boolean): Promise<unknown> {
  const rig = new Rig();
  const capture = rig.start(true, counts.length === 0 ? undefined : new ListedScreen(counts));
  let mark = 0;
  for (const { pausesMs, closesBehind } of bursts) {
    let at = rig.clock.now();
    const arrivals = pausesMs.map((pauseMs) => {
      at = instant(at + pauseMs);
      return at;
    });
    // Nothing is read before it has arrived.
    rig.clock.advance(Math.max(0, ...arrivals.map((one) => one - rig.clock.now())) + 1);
    const marks = pausesMs.map((_, place) => mark + place + 1);
    mark += marks.length;
    handIn(capture, marks, arrivals, asRuns);
    capture.tick(rig.clock.now());
    if (!closesBehind) continue;
    capture.close(rig.clock.now());
    rig.clock.advance(5);
    rig.resume(capture);
  }
  capture.end(rig.clock.now());
  const { intervals } = rig.heardOf(capture);
  const told = [...intervals];
  await rig.shelve();
  const chunks = [];
  for (const segment of rig.stored) {
    const file = parseSegmentFile(Buffer.from(await rig.blobs.read(segment.blobName)));
    const key = rig.keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
    assert.ok(file !== undefined && key !== undefined);
    for (const outcome of unsealChunks(file, key)) {
      assert.ok(outcome.ok);
      const units = outcome.chunk.units.map(({ bytes, arrivedAt, isMasked }) => [markOf(bytes), arrivedAt, isMasked]);
      chunks.push(units);
    }
  }
  return { chunks, told };
}

test('units that are handed in as a run are kept, cut and silenced as they would be one by one', async () => {
  const pauseMs = fc.oneof(
    { weight: 8, arbitrary: fc.constant(20) },
    { weight: 1, arbitrary: fc.integer({ min: -15, max: 700 }) },
  );
  const burst = fc.record({
    pausesMs: fc.array(pauseMs, { minLength: 1, maxLength: 40 }),
    closesBehind: fc.boolean(),
  });
  const counts = fc.array(fc.constantFrom(0, 0, 0, 0, 1, 3, 9), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(burst, { minLength: 1, maxLength: 6 }), counts, async (bursts, screen) => {
      assert.deepEqual(await recorded(bursts, screen, true), await recorded(bursts, screen, false));
    }),
    { numRuns: 150 },
  );
});

test('a run is taken only while the gate is open for all of it', () => {
  const rig = new Rig();
  const capture = rig.start();
  const since = capture.gatekeeper.since;
  const run = (from: number): UnitRun => runOf([1, 2], [instant(since + from), instant(since + from + 20)]);
  assert.equal(capture.takesRun(run(0)), true);
  assert.equal(capture.takesRun(run(-1)), false);
  capture.closeFrom(instant(since + 100));
  assert.equal(capture.takesRun(run(0)), false);
  rig.clock.advance(200);
  capture.close(rig.clock.now());
  assert.equal(capture.takesRun(run(0)), false);
  assert.throws(() => capture.receiveRun(run(0)));
});
