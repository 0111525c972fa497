import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, Fault, type Interval, instant } from '@tacet/domain';
import { audioPlan, type GapMode, piecesWithin } from './audio-plan.ts';

const origin = instant(1_780_000_000_000);
const headerBytes = 44;

function interval(fromMs: number, toMs: number): Interval {
  return { from: after(origin, fromMs), to: after(origin, toMs) };
}

function lengthBytes(gap: GapMode, withheld: readonly Interval[], channelCount: number = 2): number {
  return audioPlan({ stretch: interval(0, 10_000), withheld, channels: Array.from({ length: channelCount }) }, { gap })
    .lengthBytes;
}

const whole = headerBytes + 10_000 * 8 * 4;

test('a pause keeps its true length, as silence and as a tone', () => {
  assert.equal(lengthBytes('silence', [interval(2_000, 5_000)]), whole);
  assert.equal(lengthBytes('tone', [interval(2_000, 5_000)]), whole);
});

test('cutting shortens the audio by exactly the time that was withheld, counted once where pauses overlap', () => {
  assert.equal(lengthBytes('cut', [interval(2_000, 5_000)]), whole - 3_000 * 8 * 4);
  assert.equal(lengthBytes('cut', [interval(2_000, 5_000), interval(4_000, 6_000)]), whole - 4_000 * 8 * 4);
  assert.equal(
    lengthBytes('cut', [interval(7_000, 8_000), interval(2_000, 6_000), interval(3_000, 4_000)]),
    whole - 5_000 * 8 * 4,
  );
  assert.equal(lengthBytes('cut', [interval(-500, 1_000), interval(9_000, 99_000)]), whole - 2_000 * 8 * 4);
});

test('a recording that was paused from end to end has no sound when cut', () => {
  assert.equal(lengthBytes('cut', [interval(0, 10_000)]), headerBytes);
});

test('one participant makes a mono file, three make one of three channels', () => {
  assert.equal(lengthBytes('silence', [], 1), headerBytes + 10_000 * 8 * 2);
  assert.equal(lengthBytes('silence', [], 3), 68 + 10_000 * 8 * 6);
});

test('what WAV cannot hold is refused before anything is rendered', () => {
  const unavailable = (error: unknown): boolean => error instanceof Fault && error.code === 'formatUnavailable';
  assert.throws(() => lengthBytes('silence', [], 65), unavailable);
  const shape = { stretch: interval(0, 40 * 3_600_000), withheld: [], channels: [1, 2] };
  assert.throws(() => audioPlan(shape, { gap: 'silence' }), unavailable);
});

test('bytes of the file lead to the stretches of the recording that sound there, over what was cut', () => {
  const shape = { stretch: interval(0, 1_000), withheld: [interval(100, 400), interval(500, 900)], channels: [1] };
  const plan = audioPlan(shape, { gap: 'cut' });
  assert.deepEqual(plan.pieces, [
    { from: 0, to: 800 },
    { from: 3_200, to: 4_000 },
    { from: 7_200, to: 8_000 },
  ]);
  assert.deepEqual(piecesWithin(plan, { from: 0, to: 4_800 }), plan.pieces);
  assert.deepEqual(piecesWithin(plan, { from: 1_599, to: 1_602 }), [
    { from: 799, to: 800 },
    { from: 3_200, to: 3_201 },
  ]);
  assert.deepEqual(piecesWithin(plan, { from: 1_600, to: 3_200 }), [{ from: 3_200, to: 4_000 }]);
  assert.deepEqual(piecesWithin(plan, { from: 100, to: 100 }), []);
});
