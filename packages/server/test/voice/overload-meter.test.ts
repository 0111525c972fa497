/** Loss on our side and loss on the network are told apart, and each packet is told once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant } from '@tacet/domain';
import fc from 'fast-check';
import { OverloadMeter } from '../../src/voice/overload-meter.ts';

const at = (ms: number): Instant => instant(1_780_000_000_000 + ms);
const stretch = (from: number, to: number) => ({ from: at(from), to: at(to) });

test('a gap in the numbering is explained by the drops over the same time, as far as they go', () => {
  const meter = new OverloadMeter();
  meter.note(6, stretch(0, 100));
  assert.equal(meter.claim({ ...stretch(200, 300), unitCount: 3 }), 0);
  assert.equal(meter.claim({ ...stretch(0, 100), unitCount: 4 }), 4);
  assert.equal(meter.claim({ ...stretch(50, 150), unitCount: 4 }), 2);
  assert.ok(meter.isEmpty);
});

test('drops that no gap explains are told by themselves, once, after gaps have had their time', () => {
  const meter = new OverloadMeter();
  meter.note(5, stretch(0, 100));
  assert.deepEqual(meter.take(at(3_000)), []);
  assert.deepEqual(meter.take(at(3_101)), [{ ...stretch(0, 100), unitCount: 5 }]);
  assert.deepEqual(meter.takeAll(), []);
});

test('however drops and gaps follow each other, every drop is told once and memory stays bounded', () => {
  const step = fc.record({
    from: fc.nat(1_000),
    ms: fc.integer({ min: 1, max: 300 }),
    unitCount: fc.integer({ min: 1, max: 9 }),
    isGap: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const meter = new OverloadMeter();
      let noted = 0;
      let told = 0;
      for (const { from, ms, unitCount, isGap } of steps) {
        if (isGap) {
          const claimed = meter.claim({ ...stretch(from, from + ms), unitCount });
          assert.ok(claimed <= unitCount);
          told += claimed;
        } else {
          meter.note(unitCount, stretch(from, from + ms));
          noted += unitCount;
        }
      }
      const left = meter.takeAll();
      assert.ok(left.length <= 32);
      assert.equal(told + left.reduce((sum, one) => sum + one.unitCount, 0), noted);
    }),
  );
});
