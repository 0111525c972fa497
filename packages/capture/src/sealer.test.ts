import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { instant, type RecordingId, type SegmentId } from '@tacet/domain';
import fc from 'fast-check';
import {
  type ChunkLabel,
  dataKeyBytes,
  type NativeSealer,
  type SealingKey,
  seal,
  sealingKey,
  sealWith,
  tagBytes,
  trustedSealer,
  unseal,
} from './sealer.ts';

const key = sealingKey(Buffer.alloc(dataKeyBytes, 3));
const chunkLabel: ChunkLabel = {
  recordingId: 'a0000000-0000-4000-8000-000000000000' as RecordingId,
  segmentId: 'b0000000-0000-4000-8000-000000000000' as SegmentId,
  number: 4,
  unitCount: 30,
  firstAt: instant(1_780_000_000_000),
  lastAt: instant(1_780_000_000_580),
  previousTag: Buffer.alloc(tagBytes, 9),
};
const plain = Buffer.from('a chunk of units');

function flipped(bytes: Uint8Array, place: number, bit = 0): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(place) ^ (1 << bit), place);
  return copy;
}

test('what was sealed is unsealed, and does not read like the plaintext', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 2 ** 32 - 1 }), (bytes, number) => {
      const sealed = seal(key, { ...chunkLabel, number }, bytes);
      assert.deepEqual(unseal(key, { ...chunkLabel, number }, sealed), Buffer.from(bytes));
      if (bytes.length > 8) assert.notDeepEqual(sealed.sealed, Buffer.from(bytes));
    }),
  );
});

test('any flipped bit of the sealed bytes breaks the seal', () => {
  const { sealed, tag } = seal(key, chunkLabel, plain);
  for (let place = 0; place < sealed.length; place += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      assert.equal(unseal(key, chunkLabel, { sealed: flipped(sealed, place, bit), tag }), undefined);
    }
  }
});

test('any flipped bit of the tag breaks the seal, and so does a shorter or a longer tag', () => {
  const { sealed, tag } = seal(key, chunkLabel, plain);
  for (let place = 0; place < tagBytes; place += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      assert.equal(unseal(key, chunkLabel, { sealed, tag: flipped(tag, place, bit) }), undefined);
    }
  }
  for (const other of [tag.subarray(0, 12), Buffer.concat([tag, Buffer.alloc(1)]), Buffer.alloc(0)]) {
    assert.equal(unseal(key, chunkLabel, { sealed, tag: other }), undefined);
  }
});

test('any change of the label breaks the seal', () => {
  const whole = seal(key, chunkLabel, plain);
  const changes: readonly Partial<ChunkLabel>[] = [
    { recordingId: 'a0000000-0000-4000-8000-000000000001' as RecordingId },
    { segmentId: 'b0000000-0000-4000-8000-000000000001' as SegmentId },
    { number: 5 },
    { unitCount: 31 },
    { firstAt: instant(chunkLabel.firstAt + 0.001) },
    { lastAt: instant(chunkLabel.lastAt - 0.001) },
    ...Array.from({ length: tagBytes }, (_, place) => ({ previousTag: flipped(chunkLabel.previousTag, place) })),
  ];
  for (const change of changes) assert.equal(unseal(key, { ...chunkLabel, ...change }, whole), undefined);
  assert.deepEqual(unseal(key, chunkLabel, whole), plain);
});

test('another key does not unseal', () => {
  assert.equal(unseal(sealingKey(Buffer.alloc(dataKeyBytes, 4)), chunkLabel, seal(key, chunkLabel, plain)), undefined);
});

test('chunks of one segment never share a nonce: equal plaintexts look unlike', () => {
  const zeros = Buffer.alloc(64);
  const looks = [0, 1, 255, 256, 65_536, 2 ** 32 - 1].map((number) =>
    seal(key, { ...chunkLabel, number }, zeros).sealed.toString('hex'),
  );
  assert.equal(new Set(looks).size, looks.length);
});

/** What native code is to do, done by `node:crypto`; `spoil` has a look at the sealed bytes. */
function nativeLike(spoil: (sealed: Uint8Array) => void): NativeSealer {
  return {
    sealingKey: (dataKey) => sealingKey(dataKey),
    seal(...[key, nonce, label, bytes, into]) {
      const cipher = createCipheriv('aes-256-gcm', key as SealingKey, nonce);
      cipher.setAAD(label);
      into.set(Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]));
      spoil(into);
    },
  };
}

test('what a native sealer sealed is unsealed, whatever the length of the chunk', () => {
  const dataKey = Buffer.alloc(dataKeyBytes, 3);
  const sealChunk = sealWith(
    dataKey,
    nativeLike(() => undefined),
  );
  for (const length of [1, 5_000, 65_536, 2_000_000, 3, 70_000]) {
    const bytes = Buffer.alloc(length, 7);
    assert.deepEqual(unseal(key, chunkLabel, sealChunk(chunkLabel, bytes)), bytes);
  }
});

test('a native sealer is only trusted if what it seals can be unsealed', () => {
  const right = nativeLike(() => undefined);
  const wrong = nativeLike((sealed) => {
    sealed[0] = (sealed[0] ?? 0) ^ 1;
  });
  assert.equal(trustedSealer(right), right);
  assert.equal(trustedSealer(wrong), undefined);
  assert.equal(trustedSealer(undefined), undefined);
});
