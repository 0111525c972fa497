import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, type Interval, limits, type SegmentDescriptor, type StreamId } from '@tacet/domain';
import { seededRandom, settled } from '@tacet/testkit';
import fc from 'fast-check';
import { Rig } from '../test/rig.ts';
import type { Capture } from './capture.ts';
import { proveStream } from './prove.ts';
import { intervalOfCrash, type RecoveredCapture, SpoolReading } from './recover.ts';

/** Three streams, one of which joins late. */
const streams = [0, 1, 2] as const;
const stream = fc.constantFrom(...streams);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('speak' as const), stream, count: fc.nat({ max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), stream }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('resume' as const), stream, needsAnchor: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), stream }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sync' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('shelve' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('age' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Truth {
  readonly capture: Capture;
  readonly admitted: { readonly mark: number; readonly at: Instant }[];
  readonly withheld: { readonly mark: number; readonly at: Instant }[];
  /** Marks that must survive, and whether the gate was shut, as of the last sync. */
  durable: readonly number[];
  durableShutSince: Instant | undefined;
  hasMovedSince: boolean;
  isKnown: boolean;
}

class Run {
  readonly rig = new Rig();
  readonly truths = new Map<number, Truth>();
  #mark = 0;

  async do(next: Step): Promise<void> {
    this.rig.clock.advance(1);
    const now = this.rig.clock.now();
    if (next.kind === 'speak') this.#speak(this.#truth(next.stream), next.count);
    else if (next.kind === 'tick') for (const { capture } of this.truths.values()) capture.tick(now);
    else if (next.kind === 'sync') await this.#sync();
    else if (next.kind === 'shelve') await this.rig.shelve();
    else if (next.kind === 'age') await this.#age();
    else this.#move(this.#truth(next.stream), next);
  }

  #truth(place: number): Truth {
    const known = this.truths.get(place);
    if (known !== undefined) return known;
    const fresh: Truth = {
      capture: this.rig.start(place !== 1),
      admitted: [],
      withheld: [],
      durable: [],
      durableShutSince: undefined,
      hasMovedSince: true,
      isKnown: false,
    };
    this.truths.set(place, fresh);
    return fresh;
  }

  #speak(truth: Truth, count: number): void {
    for (let spoken = 0; spoken < count; spoken += 1) {
      this.rig.clock.advance(20);
      this.#mark += 1;
      const unit = this.rig.unit(this.#mark, { isAnchor: this.#mark % 3 === 0 });
      const entry = { mark: this.#mark, at: unit.arrivedAt };
      const isOver = truth.capture.isOver;
      truth.capture.receive(unit);
      if (isOver) continue;
      const isWithheld = unit.bytes.every((byte) => byte === 0);
      (isWithheld ? truth.withheld : truth.admitted).push(entry);
      if (!isWithheld) truth.hasMovedSince = truth.hasMovedSince || truth.durableShutSince !== undefined;
    }
  }

  #move(truth: Truth, next: Extract<Step, { readonly kind: 'close' | 'resume' | 'end' }>): void {
    const { capture } = truth;
    truth.hasMovedSince = true;
    if (next.kind === 'close') capture.close(this.rig.clock.now());
    else if (next.kind === 'end') capture.end(this.rig.clock.now());
    else this.rig.resume(capture, next.needsAnchor);
  }

  /** Seals what is there, and waits until it is durable. */
  async #sync(): Promise<void> {
    const due = after(this.rig.clock.now(), limits.chunkMsMax);
    for (const { capture } of this.truths.values()) capture.tick(due);
    await this.rig.spool.sync();
    for (const truth of this.truths.values()) {
      const { gatekeeper, isOver } = truth.capture;
      truth.durable = truth.admitted.map(({ mark }) => mark);
      truth.durableShutSince = gatekeeper.isOpen || isOver ? undefined : gatekeeper.since;
      truth.hasMovedSince = false;
      truth.isKnown = true;
    }
  }

  /** A minute goes by, so that files are rotated. */
  async #age(): Promise<void> {
    this.rig.clock.advance(limits.segmentMsMax);
    for (const { capture } of this.truths.values()) capture.tick(this.rig.clock.now());
    await this.rig.spool.sync();
    await settled();
  }
}

interface Afterwards {
  readonly found: ReadonlyMap<StreamId, RecoveredCapture>;
  readonly bytesOf: ReadonlyMap<string, Buffer>;
  readonly recoveredAt: Instant;
}

/** The machine dies while a sync is on its way, and the next run reads what is left. */
async function crashed(run: Run, seed: number): Promise<Afterwards> {
  run.rig.folder.stall();
  void run.rig.spool.sync();
  await settled();
  const folder = run.rig.folder.crash(seededRandom(seed, 'crash'));
  const reading = new SpoolReading();
  for (const name of folder.names()) reading.read(folder.readAll(name));
  const found = new Map(reading.captures().map((capture) => [capture.live.streamId, capture]));
  const bytesOf = new Map<string, Buffer>();
  for await (const name of run.rig.blobs.names()) bytesOf.set(name, Buffer.from(await run.rig.blobs.read(name)));
  for (const { segments } of found.values()) {
    for (const { descriptor, bytes } of segments) bytesOf.set(descriptor.blobName, bytes);
  }
  return { found, bytesOf, recoveredAt: after(run.rig.clock.now(), 3_000) };
}

function segmentsOf(run: Run, truth: Truth, recovered: RecoveredCapture | undefined): readonly SegmentDescriptor[] {
  const { streamId } = truth.capture.home;
  const byId = new Map(run.rig.stored.filter((s) => s.streamId === streamId).map((s) => [s.id, s]));
  for (const { descriptor } of recovered?.segments ?? []) byId.set(descriptor.id, descriptor);
  return [...byId.values()].sort((a, b) => a.number - b.number);
}

function isWithin(at: Instant, intervals: readonly Interval[]): boolean {
  return intervals.some(({ from, to }) => at >= from && at < to);
}

async function check(run: Run, truth: Truth, { found, bytesOf, recoveredAt }: Afterwards): Promise<void> {
  const { streamId } = truth.capture.home;
  const recovered = found.get(streamId);
  const segments = segmentsOf(run, truth, recovered);
  const marks = segments.flatMap((segment) => {
    const bytes = bytesOf.get(segment.blobName);
    assert.ok(bytes !== undefined);
    return run.rig.unitsOf(bytes, segment).map(({ mark }) => mark);
  });
  const keptMarks = new Set(marks);
  assert.equal(keptMarks.size, marks.length, 'nothing is kept twice');
  assert.deepEqual(
    marks,
    truth.admitted.map(({ mark }) => mark).filter((mark) => keptMarks.has(mark)),
  );
  for (const mark of truth.durable) assert.ok(keptMarks.has(mark), `unit ${mark} was durable`);

  const told = run.rig.heard.get(streamId)?.intervals ?? [];
  const crash = recovered === undefined ? undefined : intervalOfCrash(recovered, recoveredAt);
  const intervals = [...(recovered?.intervals ?? []), ...(crash === undefined ? [] : [crash])];
  // A resume that was not durable yet never happened, for the spool: what followed it counts as withheld.
  const lost = intervals.filter((interval) => interval.kind === 'lost' || interval === crash);
  const withheld = intervals.filter(({ kind }) => kind === 'withheld');
  if (recovered !== undefined) {
    for (const { mark, at } of truth.admitted) {
      assert.notEqual(keptMarks.has(mark), isWithin(at, lost), `unit ${mark} is kept or reported as lost, never both`);
    }
    for (const { mark, at } of truth.withheld) {
      assert.ok(isWithin(at, [...told, ...intervals]), `unit ${mark} lies in an interval that was not kept`);
    }
    const isStillShut = truth.durableShutSince !== undefined && !truth.hasMovedSince;
    if (isStillShut) assert.equal(recovered.closedSince, truth.durableShutSince, 'closed stays closed');
  } else if (truth.isKnown) {
    assert.ok(truth.capture.isOver, 'a live capture that was ever durable is known');
  }
  const read = async ({ blobName }: SegmentDescriptor): Promise<Buffer | undefined> => bytesOf.get(blobName);
  for await (const finding of proveStream({ streamId, segments, withheld }, { read, keys: run.rig.keys })) {
    assert.fail(`${finding.flaw}: ${finding.detail}`);
  }
}

test('a crash at any byte keeps every whole chunk once, reports the rest, leaves closed closed, and can be proved', async () => {
  const reached = { unsynced: 0, lost: 0, shut: 0, rotated: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), fc.nat(), async (steps, seed) => {
      const run = new Run();
      for (const next of steps) await run.do(next);
      const afterwards = await crashed(run, seed);
      for (const truth of run.truths.values()) await check(run, truth, afterwards);
      for (const capture of afterwards.found.values()) {
        if (capture.closedSince !== undefined) reached.shut += 1;
        if (capture.segments.some(({ descriptor }) => !run.rig.stored.some(({ id }) => id === descriptor.id))) {
          reached.unsynced += 1;
        }
        if (intervalOfCrash(capture, afterwards.recoveredAt)?.kind === 'lost') reached.lost += 1;
      }
      if (steps.some(({ kind }) => kind === 'age')) reached.rotated += 1;
    }),
    { numRuns: 400 },
  );
  for (const [what, count] of Object.entries(reached)) assert.ok(count > 20, `${what} was hardly reached`);
});
