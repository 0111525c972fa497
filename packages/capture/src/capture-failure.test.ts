import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant } from '@tacet/domain';
import { seededRandom } from '@tacet/testkit';
import fc from 'fast-check';
import { Rig } from '../test/rig.ts';
import type { Capture } from './capture.ts';
import { SpoolReading } from './recover.ts';
import { isStorageFault } from './spool.ts';

function speak(rig: Rig, capture: Capture, count: number): readonly Instant[] {
  return Array.from({ length: count }, (_, place) => {
    rig.clock.advance(20);
    capture.receive(rig.unit(place));
    return rig.clock.now();
  });
}

/** Lets a step run into the failed spool, as a worker does. */
function guarded(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!isStorageFault(error)) throw error;
  }
}

/** Arrivals of all units that can be read after the machine died, were luck at its worst. */
function kept(rig: Rig): ReadonlySet<number> {
  const folder = rig.folder.crash({ ...seededRandom(1, 'worst'), below: () => 0, chance: () => false });
  const reading = new SpoolReading();
  for (const name of folder.names()) reading.read(folder.readAll(name));
  const segments = reading.captures().flatMap((capture) => capture.segments);
  return new Set(segments.flatMap(({ bytes, descriptor }) => rig.unitsOf(bytes, descriptor).map((u) => u.arrivedAt)));
}

test('when storage fails every chunk that was not synced is reported as lost, sealed or not', async () => {
  const rig = new Rig();
  const capture = rig.start();
  const arrivals = speak(rig, capture, 35);
  await rig.spool.sync();
  speak(rig, capture, 30);
  rig.folder.failAppendsAfter(0);
  await assert.rejects(rig.spool.sync(), (error) => isStorageFault(error));
  const untold = rig.untold.get(capture.home.streamId) ?? [];
  const first = arrivals[30] ?? 0;
  assert.deepEqual(
    untold.map(({ kind, from, to, unitCount }) => [kind, from, to, unitCount]),
    [
      ['lost', first, instant(first + 29 * 20 + 0.001), 30],
      ['lost', instant(first + 30 * 20), instant(first + 34 * 20 + 0.001), 5],
    ],
  );
});

test('a chunk that was synced before storage failed is not reported as lost', async () => {
  const rig = new Rig();
  const capture = rig.start();
  const arrivals = speak(rig, capture, 35);
  await rig.spool.sync();
  rig.folder.failAppendsAfter(0);
  const now = rig.clock.now();
  capture.note({ kind: 'lost', from: now, to: now, unitCount: 0, reason: 'network' });
  await assert.rejects(rig.spool.sync(), (error) => isStorageFault(error));
  assert.deepEqual(
    rig.untold.get(capture.home.streamId)?.map(({ from, unitCount }) => [from, unitCount]),
    [[arrivals[30], 5]],
  );
});

test('when storage fails a gate that was shut tells its withheld interval', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const closedAt = rig.clock.now();
  await rig.spool.sync();
  speak(rig, capture, 3);
  rig.folder.failAppendsAfter(0);
  guarded(() => capture.note({ kind: 'lost', from: closedAt, to: closedAt, unitCount: 0, reason: 'network' }));
  await assert.rejects(rig.spool.sync(), (error) => isStorageFault(error));
  assert.deepEqual(rig.untold.get(capture.home.streamId), [
    { kind: 'withheld', from: closedAt, to: rig.clock.now(), unitCount: 3 },
  ]);
  assert.deepEqual(capture.abandon(rig.clock.now()), []);
});

test('a withheld interval that cannot be written down when the gate opens is told all the same', async () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const closedAt = rig.clock.now();
  await rig.spool.close();
  rig.folder.failCreatesAfter(0);
  rig.clock.advance(100);
  guarded(() => rig.resume(capture));
  assert.equal(capture.gatekeeper.isOpen, false);
  assert.deepEqual(rig.untold.get(capture.home.streamId), [
    { kind: 'withheld', from: closedAt, to: rig.clock.now(), unitCount: 0 },
  ]);
});

test('whatever fails and whenever, each admitted unit is durable or reported as lost', async () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('speak' as const), count: fc.nat({ max: 50 }) }) },
    { weight: 2, arbitrary: fc.constantFrom({ kind: 'sync' as const }, { kind: 'close' as const }) },
    { weight: 2, arbitrary: fc.constantFrom({ kind: 'resume' as const }, { kind: 'tick' as const }) },
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'retire' as const }, { kind: 'noFile' as const }) },
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'noSpace' as const }) },
  );
  let failed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (steps) => {
      const rig = new Rig();
      const capture = rig.start();
      const admitted: Instant[] = [];
      const last = [{ kind: 'noSpace' as const }, { kind: 'tick' as const }, { kind: 'sync' as const }];
      for (const next of [...steps, ...last]) {
        rig.clock.advance(1);
        const now = rig.clock.now();
        if (next.kind === 'sync') await rig.spool.sync().catch(() => undefined);
        else if (next.kind === 'retire') await rig.spool.close().catch(() => undefined);
        else if (next.kind === 'noFile') rig.folder.failCreatesAfter(0);
        else if (next.kind === 'noSpace') rig.folder.failAppendsAfter(0);
        else if (next.kind === 'close') guarded(() => capture.close(now));
        else if (next.kind === 'resume') guarded(() => rig.resume(capture));
        else if (next.kind === 'tick') guarded(() => capture.tick(instant(now + 1_000)));
        else {
          for (let spoken = 0; spoken < next.count && !capture.isOver; spoken += 1) {
            rig.clock.advance(20);
            const unit = rig.unit(spoken);
            guarded(() => capture.receive(unit));
            // From the unit on whose arrival storage failed, the capture is over.
            if (unit.bytes.some((byte) => byte !== 0) && !capture.isOver) admitted.push(unit.arrivedAt);
          }
        }
      }
      if (rig.faults.length > 0) failed += 1;
      const lost = (rig.untold.get(capture.home.streamId) ?? []).filter(({ kind }) => kind === 'lost');
      const survived = kept(rig);
      for (const at of admitted) {
        assert.ok(survived.has(at) || lost.some(({ from, to }) => at >= from && at < to), `the unit of ${at}`);
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(failed > 50, 'storage hardly ever failed');
});
