import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, type KeyService, limits, type SegmentId, type StreamId } from '@tacet/domain';
import { settled } from '@tacet/testkit';
import { conversationId, marked, Rig, recordingId } from '../test/rig.ts';
import type { PlainChunk } from './chunk-builder.ts';
import { unitHeaderBytes, writeUnit } from './chunk-format.ts';
import { readRecords } from './record-format.ts';
import { noTag, SegmentWriter } from './segment-writer.ts';

const t0 = 1_780_000_000_000;
const home = {
  segmentId: 'b0000000-0000-4000-8000-000000000000' as SegmentId,
  recordingId,
  conversationId,
  streamId: 'd0000000-0000-4000-8000-000000000000' as StreamId,
  number: 0,
  previousTag: noTag,
};

function chunk(fromMs: number, toMs: number): PlainChunk {
  const units = [fromMs, toMs].map((ms) => ({ arrivedAt: instant(t0 + ms), isAnchor: true, bytes: marked(ms) }));
  const plain = Buffer.alloc(2 * (unitHeaderBytes + marked(0).length));
  let offset = 0;
  for (const unit of units) offset = writeUnit(plain, offset, unit, instant(t0 + fromMs));
  return { unitCount: 2, firstAt: instant(t0 + fromMs), lastAt: instant(t0 + toMs), plain };
}

test('a segment says what it holds: from its first arrival to just after its last, counted, with the last tag', async () => {
  const rig = new Rig();
  const writer = new SegmentWriter(home, { spool: rig.spool, keys: rig.keys });
  assert.equal(writer.startedAt, undefined);
  writer.add(chunk(100, 500));
  writer.add(chunk(90, 300));
  assert.equal(writer.startedAt, t0 + 90);
  const ended = writer.end();
  await rig.spool.sync();
  assert.deepEqual(ended?.captured, { from: t0 + 90, to: instant(t0 + 500.001) });
  assert.deepEqual([ended?.chunkCount, ended?.unitCount], [2, 4]);
  const records = (ended?.places ?? []).flatMap(({ file, offset, length }) => [
    ...readRecords(file.file.read(offset, length)),
  ]);
  const kinds = records.map(({ record }) => record.kind);
  assert.deepEqual(kinds, ['segmentBegin', 'chunk', 'chunk', 'segmentEnd']);
  const last = records[2]?.record;
  assert.equal(last?.kind === 'chunk' ? last.tag.toString('hex') : '', ended?.lastTag);
});

test('the bytes of the data key are overwritten as soon as it is wrapped and made ready', () => {
  const rig = new Rig();
  const seen: Uint8Array[] = [];
  const keys: KeyService = {
    wrap: (dataKey, id) => {
      assert.ok(dataKey.some((byte) => byte !== 0));
      seen.push(dataKey);
      return rig.keys.wrap(dataKey, id);
    },
    unwrap: (wrapped, id) => rig.keys.unwrap(wrapped, id),
  };
  new SegmentWriter(home, { spool: rig.spool, keys }).add(chunk(0, 10));
  assert.ok(seen[0]?.every((byte) => byte === 0));
});

test('each segment has a data key of its own', () => {
  const rig = new Rig();
  const wrapped = [1, 2].map(() => {
    const writer = new SegmentWriter(home, { spool: rig.spool, keys: rig.keys });
    writer.add(chunk(0, 10));
    return writer.end()?.wrappedKey;
  });
  assert.notEqual(wrapped[0], wrapped[1]);
});

test('a segment that reaches over two spool files holds each of them once', async () => {
  const rig = new Rig();
  const writer = new SegmentWriter(home, { spool: rig.spool, keys: rig.keys });
  writer.add(chunk(0, 10));
  await rig.spool.sync();
  rig.clock.advance(limits.segmentMsMax);
  await rig.spool.sync();
  writer.add(chunk(20, 30));
  writer.add(chunk(40, 50));
  const ended = writer.end();
  await rig.spool.close();
  assert.equal(ended?.files.length, 2);
  assert.deepEqual(
    ended?.files.map((file) => file.holds),
    [1, 1],
  );
  assert.equal(rig.folder.names().length, 2);
  for (const file of ended?.files ?? []) rig.spool.release(file);
  await settled();
  assert.deepEqual(rig.folder.names(), []);
});

test('a segment without a chunk is none, and holds nothing', async () => {
  const rig = new Rig();
  const writer = new SegmentWriter(home, { spool: rig.spool, keys: rig.keys });
  assert.equal(writer.end(), undefined);
  await rig.spool.close();
  assert.deepEqual(rig.folder.names(), []);
});
