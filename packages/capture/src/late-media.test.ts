import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@tacet/domain';
import fc from 'fast-check';
import { LateMedia } from './late-media.ts';
import type { MediaTime } from './unit.ts';

const media = (time: number, source = 1): MediaTime => ({ source, time: time >>> 0, clockRate: 8_000 });
const windowTicks = (limits.lateWindowMs / 1_000) * 8_000;

test('wherever the media clock stands, what is not newer than the highest withheld unit is late', () => {
  const anyTime = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const steps = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(anyTime, steps, fc.integer({ min: -1_000, max: 1_000 }), (start, withheld, offset) => {
      const late = new LateMedia();
      for (const step of withheld) late.note(media(start + step));
      const highest = Math.max(...withheld);
      assert.equal(late.isLate(media(start + highest + offset)), offset <= 0);
    }),
  );
});

test('a source that jumped back by more than the late window has started anew', () => {
  const late = new LateMedia();
  late.note(media(10_000_000));
  assert.equal(late.isLate(media(10_000_000 - windowTicks)), true);
  assert.equal(late.isLate(media(10_000_000 - windowTicks - 1)), false);
  // Withheld units of the new run count from there.
  late.note(media(500));
  assert.equal(late.isLate(media(500)), true);
  assert.equal(late.isLate(media(501)), false);
});

test('each source has a media clock of its own', () => {
  const late = new LateMedia();
  late.note(media(1_000, 1));
  assert.equal(late.isLate(media(900, 2)), false);
  assert.equal(late.isLate(media(900, 1)), true);
});

test('only so many sources are remembered, and the oldest is forgotten first', () => {
  const late = new LateMedia();
  for (let source = 0; source <= limits.lateSourcesMax; source += 1) late.note(media(1_000, source));
  assert.equal(late.isLate(media(1_000, 0)), false);
  for (let source = 1; source <= limits.lateSourcesMax; source += 1) {
    assert.equal(late.isLate(media(1_000, source)), true);
  }
  // A source that is known already pushes nobody out.
  late.note(media(2_000, 5));
  assert.equal(late.isLate(media(1_000, 1)), true);
});

test('nothing is late before anything was withheld, nor after it is forgotten', () => {
  const late = new LateMedia();
  assert.equal(late.isLate(media(1)), false);
  late.note(media(10));
  late.forget();
  assert.equal(late.isLate(media(1)), false);
});
