/** Frames of any kind put into a file: it is one, however they stand, and as long as what is in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RenderedTrack } from '@tacet/media';
import fc from 'fast-check';
import { webmFile } from '../../src/playback/webm-file.ts';

const frame = fc.record({
  stepMs: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000 })),
  data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  isKeyFrame: fc.boolean(),
});

const track = fc
  .record({
    kind: fc.constantFrom('video' as const, 'audio' as const),
    steps: fc.array(frame, { maxLength: 40 }),
    width: fc.integer({ min: 1, max: 16_383 }),
    height: fc.integer({ min: 1, max: 16_383 }),
  })
  .map(({ kind, steps, width, height }): RenderedTrack => {
    const codec = { name: kind === 'video' ? 'VP8' : 'OPUS', payloadType: 96, clockRate: 90_000 };
    let atMs = 0;
    const frames = steps.map(({ stepMs, data, isKeyFrame }, place) => {
      atMs += stepMs;
      // A track of pictures begins with one that is understood by itself, and all sound is.
      return { atMs, data, isKeyFrame: isKeyFrame || place === 0 || kind === 'audio' };
    });
    return { codec, kind, width, height, frames };
  });

test('frames of any size, at any distance, make a file that is little longer than they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(track, { maxLength: 3 }), async (tracks) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of webmFile(tracks)) pieces.push(piece);
      const file = Buffer.concat(pieces);
      const frames = tracks.flatMap((one) => one.frames);
      const bytes = frames.reduce((sum, { data }) => sum + data.length, 0);
      if (frames.length === 0) assert.equal(file.length, 0);
      else assert.equal(file.readUInt32BE(0), 0x1a45dfa3, 'it begins as EBML does');
      assert.ok(file.length <= bytes + frames.length * 60 + 4_096, `${file.length} bytes for ${bytes}`);
      for (const { data } of frames) assert.ok(file.includes(Buffer.from(data)), 'every frame is in it as it was');
    }),
    { numRuns: 100 },
  );
});
