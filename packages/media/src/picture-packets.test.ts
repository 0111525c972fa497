import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant } from '@tacet/domain';
import { writeRtpPacket } from '@tacet/wire/rtp';
import { pictureFrames, picturePackets } from './picture-packets.ts';

const codecs = [{ name: 'VP8', payloadType: 96, clockRate: 90_000 }];

interface Part {
  readonly sequence: number;
  readonly frame: number;
  /** `key` and `inter` begin a frame. */
  readonly kind: 'key' | 'inter' | 'more' | 'padding';
  readonly isEnd?: boolean;
}

function packets(parts: readonly Part[]): ReturnType<typeof picturePackets> {
  const units = parts.map(({ sequence, frame, kind, isEnd = false }) => {
    const first = kind === 'key' ? 0 : 1;
    const payload =
      kind === 'padding' ? [] : kind === 'more' ? [0x00, frame, sequence] : [0x10, first, frame, sequence];
    const timestamp = frame * 3_000;
    const head = { payloadType: 96, marker: isEnd, sequence, timestamp, ssrc: 1 };
    const bytes = writeRtpPacket({ ...head, payload: Uint8Array.from(payload) });
    return { bytes, arrivedAt: instant(1_780_000_000_000 + sequence * 10), isAnchor: true };
  });
  return picturePackets(units, codecs);
}

/** Timestamps of the frames that can be shown, as numbers of frames. */
function shown(parts: readonly Part[], edgeBefore = -1): readonly number[] {
  const frames = pictureFrames(packets(parts), (packet) => packet.sequence === edgeBefore);
  return frames.map(({ first }) => first.timestamp / 3_000);
}

const one = (sequence: number, frame: number, kind: Part['kind']): Part => ({ sequence, frame, kind, isEnd: true });

test('a frame is what its packets hold behind their descriptors, in order', () => {
  const parts: Part[] = [
    { sequence: 1, frame: 1, kind: 'key' },
    { sequence: 2, frame: 1, kind: 'more' },
    { sequence: 3, frame: 1, kind: 'more', isEnd: true },
  ];
  const [frame] = pictureFrames(packets(parts), () => false);
  assert.deepEqual([...(frame?.data ?? [])], [0, 1, 1, 1, 2, 1, 3]);
  assert.equal(frame?.isKeyFrame, true);
});

test('after a gap pictures go on with a key frame', () => {
  const before = [one(1, 1, 'key'), one(2, 2, 'inter')];
  const behind = [one(3, 3, 'inter'), one(4, 4, 'inter'), one(5, 5, 'key'), one(6, 6, 'inter')];
  assert.deepEqual(shown([...before, ...behind]), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(shown([...before, ...behind], 3), [1, 2, 5, 6]);
});

test('behind a packet that is missing nothing is shown before the next key frame', () => {
  assert.deepEqual(shown([one(1, 1, 'key'), one(3, 3, 'inter'), one(4, 4, 'key'), one(5, 5, 'inter')]), [1, 4, 5]);
  const torn: Part[] = [
    { sequence: 1, frame: 1, kind: 'key' },
    { sequence: 3, frame: 1, kind: 'more', isEnd: true },
    one(4, 2, 'inter'),
  ];
  assert.deepEqual(shown(torn), []);
});

test('padding keeps the count of packets going and belongs to no frame', () => {
  assert.deepEqual(shown([one(1, 1, 'key'), one(2, 1, 'padding'), one(3, 2, 'inter')]), [1, 2]);
});

test('a count that goes round goes on', () => {
  assert.deepEqual(
    shown([one(65_535, 1, 'key'), one(0, 2, 'inter')].toReversed().toSorted((a, b) => b.sequence - a.sequence)),
    [1, 2],
  );
});
