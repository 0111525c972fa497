import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, type SegmentId, uuidAs } from '@tacet/domain';
import { MemoryBlobs } from './memory-blobs.ts';
import { MemoryKeys } from './memory-keys.ts';
import { seededIds } from './seeded-ids.ts';
import { seededRandom } from './seeded-random.ts';

const segmentId = 'segment-1' as SegmentId;

test('a wrapped key unwraps for its own segment only, and not when it is damaged', () => {
  const keys = new MemoryKeys(1);
  const key = Buffer.from(seededRandom(1, 'key').bytes(32));
  const wrapped = keys.wrap(key, segmentId);
  assert.equal(Buffer.from(wrapped).includes(key), false);
  assert.deepEqual(Buffer.from(keys.unwrap(wrapped, segmentId) ?? []), key);
  assert.deepEqual(Buffer.from(new MemoryKeys(1).unwrap(wrapped, segmentId) ?? []), key);
  assert.equal(keys.unwrap(wrapped, 'segment-2' as SegmentId), undefined);
  assert.equal(new MemoryKeys(2).unwrap(wrapped, segmentId), undefined);
  assert.equal(keys.unwrap(wrapped.subarray(1), segmentId), undefined);
  for (let place = 0; place < wrapped.length; place += 1) {
    const damaged = Uint8Array.from(wrapped, (byte, at) => (at === place ? byte ^ 1 : byte));
    assert.equal(keys.unwrap(damaged, segmentId), undefined);
  }
});

test('a blob is stored as it was when it was put, and is gone when it is removed', async () => {
  const blobs = new MemoryBlobs();
  const bytes = Buffer.from('content');
  const put = blobs.put('b', bytes);
  bytes.fill(0);
  await put;
  await blobs.put('a', Buffer.from('other'));
  assert.equal(Buffer.from(await blobs.read('b')).toString(), 'content');
  const names: string[] = [];
  for await (const name of blobs.names()) names.push(name);
  assert.deepEqual(names, ['a', 'b']);
  await blobs.remove('b');
  await blobs.remove('b');
  await assert.rejects(blobs.read('b'), (error) => error instanceof Fault && error.code === 'recordingDamaged');
});

test('puts fail as often as asked, with nothing stored', async () => {
  const blobs = new MemoryBlobs();
  blobs.failPuts(1);
  await assert.rejects(blobs.put('a', Buffer.from('x')), Fault);
  assert.equal(blobs.size, 0);
  await blobs.put('a', Buffer.from('x'));
  assert.equal(blobs.size, 1);
});

test('the same seed gives the same ids, another seed others, and all of them are ids', () => {
  const [one, same, other] = [seededIds(7), seededIds(7), seededIds(8)];
  const ids = Array.from({ length: 500 }, () => one.next<SegmentId>());
  assert.deepEqual(
    ids,
    ids.map(() => same.next<SegmentId>()),
  );
  assert.equal(new Set([...ids, ...ids.map(() => other.next<SegmentId>())]).size, 1_000);
  for (const id of ids) {
    assert.equal(uuidAs(id), id);
    assert.match(id, /^.{14}4.{4}[89ab]/);
  }
});
