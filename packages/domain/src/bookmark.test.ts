import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bookmarkOffsets } from './bookmark.ts';
import { instant } from './instant.ts';

const recording = { from: instant(1_000), to: instant(61_000) };
const pause = { from: instant(11_000), to: instant(21_000) };

test('a bookmark before every pause stands in cut media where it stands in the conversation', () => {
  const offsets = bookmarkOffsets({ location: 4_000, durationMs: 500 }, recording, [pause]);
  assert.deepEqual(offsets, {
    location: 4_000,
    durationMs: 500,
    absoluteLocation: 4_000,
    absoluteDurationMs: 500,
    realtimeLocation: 4_000,
    recordingLocation: 4_000,
    recordingDurationMs: 500,
  });
});

test('a bookmark behind a pause moves forward in cut media by the length of the pause', () => {
  const offsets = bookmarkOffsets({ location: 30_000, durationMs: 0 }, recording, [pause]);
  assert.equal(offsets.recordingLocation, 20_000);
  assert.equal(offsets.absoluteLocation, 20_000);
  assert.equal(offsets.realtimeLocation, 30_000);
});

test('what of a bookmark falls into a pause has no length in cut media, and pauses that overlap count once', () => {
  const twice = [pause, { from: instant(15_000), to: instant(21_000) }];
  const offsets = bookmarkOffsets({ location: 8_000, durationMs: 14_000 }, recording, twice);
  assert.equal(offsets.recordingLocation, 8_000);
  assert.equal(offsets.recordingDurationMs, 4_000);
  assert.equal(offsets.durationMs, 14_000);
});

test('in cut media a bookmark never stands later, nor lasts longer, than in the conversation', () => {
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 60_000 }))
    .map(([a, b]) => ({ from: instant(1_000 + Math.min(a, b)), to: instant(1_000 + Math.max(a, b)) }));
  const place = fc.record({
    location: fc.integer({ min: 0, max: 60_000 }),
    durationMs: fc.integer({ min: 0, max: 30_000 }),
  });
  fc.assert(
    fc.property(place, fc.array(interval, { maxLength: 6 }), (bookmark, pauses) => {
      const offsets = bookmarkOffsets(bookmark, recording, pauses);
      assert.ok(offsets.recordingLocation >= 0 && offsets.recordingLocation <= bookmark.location);
      assert.ok(offsets.recordingDurationMs >= 0 && offsets.recordingDurationMs <= bookmark.durationMs);
    }),
  );
});
