/** What every brand of key service must do; each brand's tests run it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import type { KeyService, SegmentId } from '@tacet/domain';
import { freshId } from './sample-records.ts';

export interface KeyServiceUnderTest extends AsyncDisposable {
  readonly keys: KeyService;
  /** The service as the next process finds it. */
  reopen(): Promise<KeyService>;
}

export type MakeKeyService = () => Promise<KeyServiceUnderTest>;

/** Registers the tests under the name of the brand. */
export function keyServiceSuite(name: string, make: MakeKeyService): void {
  describe(`key service: ${name}`, () => {
    returning(make);
    refusing(make);
  });
}

function returning(make: MakeKeyService): void {
  test('a wrapped data key comes back for its own segment, in this process and the next', async () => {
    await using made = await make();
    const [dataKey, segmentId] = [randomBytes(32), freshId<SegmentId>()];
    const wrapped = made.keys.wrap(dataKey, segmentId);
    assert.deepEqual(Buffer.from(made.keys.unwrap(wrapped, segmentId) ?? []), dataKey);
    const next = await made.reopen();
    assert.deepEqual(Buffer.from(next.unwrap(wrapped, segmentId) ?? []), dataKey);
  });

  test('the wrapped form shows nothing of the data key', async () => {
    await using made = await make();
    const dataKey = randomBytes(32);
    const wrapped = Buffer.from(made.keys.wrap(dataKey, freshId()));
    for (let from = 0; from + 8 <= dataKey.length; from += 1) {
      assert.equal(wrapped.indexOf(dataKey.subarray(from, from + 8)), -1);
    }
  });

  test('wrapping leaves the data key as it is', async () => {
    await using made = await make();
    const dataKey = Buffer.alloc(32, 7);
    made.keys.wrap(dataKey, freshId());
    assert.deepEqual(dataKey, Buffer.alloc(32, 7));
  });
}

function refusing(make: MakeKeyService): void {
  test('a wrapped key of another segment is refused', async () => {
    await using made = await make();
    const wrapped = made.keys.wrap(randomBytes(32), freshId());
    assert.equal(made.keys.unwrap(wrapped, freshId()), undefined);
  });

  test('a wrapped key with any single bit changed is refused', async () => {
    await using made = await make();
    const segmentId = freshId<SegmentId>();
    const wrapped = made.keys.wrap(randomBytes(32), segmentId);
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const damaged = Uint8Array.from(wrapped);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(made.keys.unwrap(damaged, segmentId), undefined);
    }
  });

  test('what is too short, too long or no wrapped key at all is refused without an error', async () => {
    await using made = await make();
    const segmentId = freshId<SegmentId>();
    const wrapped = made.keys.wrap(randomBytes(32), segmentId);
    for (let length = 0; length < wrapped.length; length += 1) {
      assert.equal(made.keys.unwrap(wrapped.subarray(0, length), segmentId), undefined);
    }
    assert.equal(made.keys.unwrap(Buffer.concat([wrapped, Buffer.alloc(1)]), segmentId), undefined);
    assert.equal(made.keys.unwrap(randomBytes(wrapped.length), segmentId), undefined);
  });

  test('a key of another service is refused', async () => {
    await using made = await make();
    await using other = await make();
    const segmentId = freshId<SegmentId>();
    assert.equal(other.keys.unwrap(made.keys.wrap(randomBytes(32), segmentId), segmentId), undefined);
  });
}
