import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type BlobStore, Fault, type SegmentDescriptor } from '@tacet/domain';
import { settled } from '@tacet/testkit';
import { Rig } from '../test/rig.ts';
import { blobNameOf, storeSegment } from './segment-shelf.ts';
import type { EndedSegment } from './segment-writer.ts';

function oneSegment(rig: Rig): EndedSegment {
  const capture = rig.start();
  for (let mark = 1; mark <= 3; mark += 1) {
    rig.clock.advance(20);
    capture.receive(rig.unit(mark));
  }
  rig.clock.advance(5);
  capture.end(rig.clock.now());
  const [segment] = rig.heardOf(capture).segments.splice(0);
  assert.ok(segment !== undefined);
  return segment;
}

test('a segment is stored under a name that tells its place, with its length and its hash', async () => {
  const rig = new Rig();
  const segment = oneSegment(rig);
  const told: SegmentDescriptor[] = [];
  await storeSegment(segment, rig.spool, rig.blobs, async (descriptor) => {
    told.push(descriptor);
  });
  const [descriptor] = told;
  assert.ok(descriptor !== undefined);
  const { recordingId, streamId } = segment.home;
  assert.equal(descriptor.blobName, `${recordingId}/${streamId}-000000.segment`);
  assert.equal(descriptor.blobName, blobNameOf(segment.home));
  const bytes = Buffer.from(await rig.blobs.read(descriptor.blobName));
  assert.equal(descriptor.bytes, bytes.length);
  assert.equal(descriptor.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.deepEqual(
    rig.unitsOf(bytes, descriptor).map(({ mark }) => mark),
    [1, 2, 3],
  );
});

test('a segment file does not hold its data key, wrapped or not', async () => {
  const rig = new Rig();
  const segment = oneSegment(rig);
  await storeSegment(segment, rig.spool, rig.blobs, async () => undefined);
  const bytes = Buffer.from(await rig.blobs.read(blobNameOf(segment.home)));
  assert.equal(bytes.includes(segment.wrappedKey), false);
  assert.equal(bytes.includes('segmentKey'), false);
});

test('first the spool is durable, then the blob, then the metadata, and only then the spool lets go', async () => {
  const rig = new Rig();
  const segment = oneSegment(rig);
  const order: string[] = [];
  const blobs: BlobStore = {
    put: async (name, bytes) => {
      order.push(rig.spool.backlogBytes === 0 ? 'spool' : 'nothing', 'blob');
      await rig.blobs.put(name, bytes);
    },
    read: (name) => rig.blobs.read(name),
    remove: (name) => rig.blobs.remove(name),
    names: () => rig.blobs.names(),
  };
  await storeSegment(segment, rig.spool, blobs, async () => {
    await settled();
    assert.deepEqual(
      segment.files.map((file) => file.holds),
      [1],
    );
    order.push('metadata');
  });
  assert.deepEqual(order, ['spool', 'blob', 'metadata']);
  assert.deepEqual(
    segment.files.map((file) => file.holds),
    [0],
  );
});

test('when the blob or the metadata cannot be written the spool keeps the segment, and it can be stored again', async () => {
  const rig = new Rig();
  const segment = oneSegment(rig);
  rig.blobs.failPuts(1);
  await assert.rejects(
    storeSegment(segment, rig.spool, rig.blobs, async () => assert.fail('told of a blob that is not there')),
    Fault,
  );
  await assert.rejects(
    storeSegment(segment, rig.spool, rig.blobs, () => Promise.reject(new Fault('storageUnavailable'))),
    Fault,
  );
  assert.equal(segment.files[0]?.holds, 1);
  await storeSegment(segment, rig.spool, rig.blobs, async () => undefined);
  assert.equal(segment.files[0]?.holds, 0);
});

test('a spool that does not give back what was written is a failure of storage, and nothing is stored or released', async () => {
  const rig = new Rig();
  const segment = oneSegment(rig);
  const [first, ...rest] = segment.places;
  assert.ok(first !== undefined);
  for (const places of [rest, segment.places.slice(0, -1), [first, ...segment.places.slice(2)]]) {
    await assert.rejects(
      storeSegment({ ...segment, places }, rig.spool, rig.blobs, async () => assert.fail('told')),
      (error) => error instanceof Fault && error.code === 'storageUnavailable',
    );
  }
  assert.equal(rig.blobs.size, 0);
  assert.equal(segment.files[0]?.holds, 1);
});

test('when the spool fails nothing of the segment is stored', async () => {
  const rig = new Rig();
  const segment = oneSegment(rig);
  rig.folder.failAppendsAfter(0);
  await assert.rejects(
    storeSegment(segment, rig.spool, rig.blobs, async () => undefined),
    Fault,
  );
  assert.equal(rig.blobs.size, 0);
});
