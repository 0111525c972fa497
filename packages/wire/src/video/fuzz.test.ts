import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { readVp8Packet, startsVp8KeyFrame, vp8PictureSize } from './index.ts';

const seeds = [
  Uint8Array.from([0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 9, 9]),
  Uint8Array.from([0x90, 0xf0, 0x81, 0x23, 0x55, 0xff, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01]),
  Uint8Array.from([0x80, 0x80, 0x23, 0x31, 1, 2, 3]),
];

test('whatever a payload holds, its frame lies inside of it, and both ways of looking agree', () => {
  let keyFrames = 0;
  for (const input of fuzzInputs(71, seeds, 6_000, 'VP8')) {
    const read = readVp8Packet(input, 0, input.length);
    if (read !== undefined) assert.ok(read.at > 0 && read.at < input.length);
    assert.equal(startsVp8KeyFrame(input, 0, input.length), read?.isKeyFrame ?? false);
    if (read?.isKeyFrame === true) keyFrames += 1;
    const size = vp8PictureSize(input);
    assert.ok(size === undefined || (size.width > 0 && size.width < 16_384 && size.height > 0 && size.height < 16_384));
  }
  assert.ok(keyFrames > 100, `only ${keyFrames} key frames: the payloads are no longer understood`);
});
