import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readVp8Packet, startsVp8KeyFrame, vp8PictureSize } from './index.ts';

/** A descriptor as RFC 7741 §4.2 has it, and behind it the first byte of a frame. */
interface Descriptor {
  readonly isStart: boolean;
  readonly partition: number;
  readonly pictureId?: number;
  readonly hasLayers: boolean;
  readonly hasIndex: boolean;
  readonly hasKeyIndex: boolean;
}

const descriptors: fc.Arbitrary<Descriptor> = fc.record(
  {
    isStart: fc.boolean(),
    partition: fc.nat(7),
    pictureId: fc.nat(0x7fff),
    hasLayers: fc.boolean(),
    hasIndex: fc.boolean(),
    hasKeyIndex: fc.boolean(),
  },
  { requiredKeys: ['isStart', 'partition', 'hasLayers', 'hasIndex', 'hasKeyIndex'] },
);

function write({ isStart, partition, pictureId, hasLayers, hasIndex, hasKeyIndex }: Descriptor): number[] {
  const extension =
    (pictureId === undefined ? 0 : 0x80) | (hasIndex ? 0x40 : 0) | (hasLayers ? 0x20 : 0) | (hasKeyIndex ? 0x10 : 0);
  const bytes = [(extension === 0 ? 0 : 0x80) | (isStart ? 0x10 : 0) | partition];
  if (extension !== 0) bytes.push(extension);
  if (pictureId !== undefined)
    bytes.push(...(pictureId > 0x7f ? [0x80 | (pictureId >> 8), pictureId & 0xff] : [pictureId]));
  if (hasIndex) bytes.push(0x55);
  if (hasLayers || hasKeyIndex) bytes.push(0xff);
  return bytes;
}

test('a key frame is told by the first packet of it alone, whatever the descriptor holds', () => {
  fc.assert(
    fc.property(descriptors, fc.boolean(), fc.nat(40), (descriptor, isInter, before) => {
      const head = write(descriptor);
      const bytes = Uint8Array.from([...Array.from({ length: before }, () => 0xff), ...head, isInter ? 1 : 0, 0, 0]);
      const isStart = descriptor.isStart && descriptor.partition === 0;
      const expected = { at: before + head.length, isStart, isKeyFrame: isStart && !isInter };
      assert.deepEqual(readVp8Packet(bytes, before, bytes.length), expected);
      assert.equal(startsVp8KeyFrame(bytes, before, bytes.length), expected.isKeyFrame);
    }),
  );
});

test('a payload that ends within its descriptor is no frame', () => {
  fc.assert(
    fc.property(descriptors, (descriptor) => {
      const head = write(descriptor);
      for (let length = 0; length <= head.length; length += 1) {
        // What lies behind the end must not be read.
        const bytes = Uint8Array.from([...head.slice(0, length), 0, 0, 0, 0, 0, 0]);
        assert.equal(readVp8Packet(bytes.subarray(0, length), 0, length), undefined);
        assert.equal(startsVp8KeyFrame(bytes, 0, length), false);
      }
    }),
  );
});

test('the size of a picture stands in its key frame', () => {
  const frame = Uint8Array.from([0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0xc1]);
  assert.deepEqual(vp8PictureSize(frame), { width: 640, height: 360 });
  assert.equal(vp8PictureSize(frame.subarray(0, 9)), undefined);
  assert.equal(vp8PictureSize(frame.with(0, 0x11)), undefined, 'a frame that depends on others has none');
  assert.equal(vp8PictureSize(frame.with(4, 0)), undefined);
  assert.equal(vp8PictureSize(frame.with(6, 0).with(7, 0)), undefined);
});
