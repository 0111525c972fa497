import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant, type SegmentId, type StreamId } from '@tacet/domain';
import { conversationId, marked, markOf, recordingId } from '../test/rig.ts';
import { type StoredUnit, unitHeaderBytes, writeUnit } from './chunk-format.ts';
import { type ChunkRecord, encodeRecord, type FileRecord, type SegmentBegin } from './record-format.ts';
import { type ChunkLabel, dataKeyBytes, seal, sealingKey } from './sealer.ts';
import { type ChunkOutcome, parseSegmentFile, unsealChunks } from './segment-reader.ts';
import { noTag } from './segment-writer.ts';

const t0 = 1_780_000_000_000;
const key = Buffer.alloc(dataKeyBytes, 7);
const segmentId = 'b0000000-0000-4000-8000-000000000000' as SegmentId;
const begin: SegmentBegin = {
  kind: 'segmentBegin',
  ref: 1,
  segmentId,
  recordingId,
  conversationId,
  streamId: 'd0000000-0000-4000-8000-000000000000' as StreamId,
  number: 0,
  previousTag: noTag,
};
const at = (ms: number): Instant => instant(t0 + ms);

function plainOf(units: readonly StoredUnit[], firstAt: Instant): Buffer {
  const plain = Buffer.alloc(units.reduce((sum, unit) => sum + unitHeaderBytes + unit.bytes.length, 0));
  let offset = 0;
  for (const unit of units) offset = writeUnit(plain, offset, unit, firstAt);
  return plain;
}

/** Chunks of two units each, 100 ms apart, sealed in a chain; `change` may seal something else instead. */
function chain(
  count: number,
  change: (label: ChunkLabel, plain: Buffer) => { readonly label?: ChunkLabel; readonly plain?: Buffer } = () => ({}),
): readonly ChunkRecord[] {
  let previousTag: Buffer = Buffer.from(noTag, 'hex');
  return Array.from({ length: count }, (_, number) => {
    const [firstAt, lastAt] = [at(number * 100), at(number * 100 + 20)];
    const units = [firstAt, lastAt].map((arrivedAt) => ({ arrivedAt, isAnchor: true, bytes: marked(arrivedAt - t0) }));
    const own: ChunkLabel = { recordingId, segmentId, number, unitCount: 2, firstAt, lastAt, previousTag };
    const { label = own, plain = plainOf(units, firstAt) } = change(own, plainOf(units, firstAt));
    const { sealed, tag } = seal(sealingKey(key), label, plain);
    previousTag = tag;
    const { unitCount } = label;
    return { kind: 'chunk', ref: 1, number, unitCount, firstAt: label.firstAt, lastAt: label.lastAt, tag, sealed };
  });
}

function endOf(chunks: readonly ChunkRecord[]): FileRecord {
  const lastTag = chunks.at(-1)?.tag.toString('hex') ?? noTag;
  const unitCount = chunks.length * 2;
  return { kind: 'segmentEnd', ref: 1, chunkCount: chunks.length, unitCount, lastTag, isRecovered: false };
}

function fileOf(records: readonly FileRecord[]): Buffer {
  return Buffer.concat(records.map(encodeRecord));
}

function read(records: readonly FileRecord[]): readonly ChunkOutcome[] {
  const file = parseSegmentFile(fileOf(records));
  assert.ok(file !== undefined);
  return [...unsealChunks(file, key)];
}

function flaws(outcomes: readonly ChunkOutcome[]): readonly (readonly [number, string])[] {
  return outcomes.flatMap((outcome) => (outcome.ok ? [] : [[outcome.number, outcome.flaw] as const]));
}

test('the units of a segment come back in order, chunk by chunk', () => {
  const chunks = chain(3);
  const outcomes = read([begin, ...chunks, endOf(chunks)]);
  const marks = outcomes.flatMap((outcome) => (outcome.ok ? outcome.chunk.units.map((u) => markOf(u.bytes)) : []));
  assert.deepEqual(marks, [0, 20, 100, 120, 200, 220]);
  assert.deepEqual(flaws(outcomes), []);
});

test('reading stops behind the first chunk that does not verify', () => {
  const chunks = chain(4);
  const [a, b, c, d] = chunks;
  assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
  const touched = Buffer.from(b.sealed);
  touched.writeUInt8(touched.readUInt8(3) ^ 1, 3);
  const end = endOf(chunks);
  const cases: readonly (readonly [readonly FileRecord[], readonly [number, string]])[] = [
    [
      [begin, a, { ...b, sealed: touched }, c, d, end],
      [1, 'sealBroken'],
    ],
    [
      [begin, a, { ...b, lastAt: at(121) }, c, d, end],
      [1, 'sealBroken'],
    ],
    [
      [begin, a, { ...b, tag: c.tag }, c, d, end],
      [1, 'sealBroken'],
    ],
    [
      [begin, a, c, d, end],
      [2, 'chunkMissing'],
    ],
    [
      [begin, a, c, b, d, end],
      [2, 'chunkMissing'],
    ],
    [
      [begin, a, { ...c, number: 1 }, d, end],
      [1, 'sealBroken'],
    ],
    [
      [begin, b, c, d, end],
      [1, 'chunkMissing'],
    ],
    [
      [begin, a, b, c, end],
      [3, 'chunkMissing'],
    ],
    [
      [{ ...begin, previousTag: 'f'.repeat(32) }, a, b, c, d, end],
      [0, 'sealBroken'],
    ],
    [
      [{ ...begin, previousTag: 'not hex' }, a, b, c, d, end],
      [0, 'sealBroken'],
    ],
  ];
  for (const [records, expected] of cases) {
    const outcomes = read(records);
    assert.deepEqual(flaws(outcomes), [expected]);
    assert.equal(outcomes.at(-1)?.ok, false);
  }
});

test('another key unseals nothing', () => {
  const chunks = chain(2);
  const file = parseSegmentFile(fileOf([begin, ...chunks, endOf(chunks)]));
  assert.ok(file !== undefined);
  assert.deepEqual(flaws([...unsealChunks(file, Buffer.alloc(dataKeyBytes, 8))]), [[0, 'sealBroken']]);
});

test('a chunk whose seal holds but whose units do not add up is unreadable', () => {
  const torn = chain(1, (_, plain) => ({ plain: plain.subarray(0, plain.length - 1) }));
  assert.deepEqual(flaws(read([begin, ...torn, endOf(torn)])), [[0, 'unitsUnreadable']]);
  const miscounted = chain(1, (label) => ({ label: { ...label, unitCount: 3 } }));
  assert.deepEqual(flaws(read([begin, ...miscounted, endOf(miscounted)])), [[0, 'unitsUnreadable']]);
});

test('a unit outside the times of its chunk is a flaw, even under an unbroken seal', () => {
  const short = chain(1, (label) => ({ label: { ...label, lastAt: at(19) } }));
  assert.deepEqual(flaws(read([begin, ...short, endOf(short)])), [[0, 'unitOutsideChunk']]);
});

test('a file is whole when it is a beginning, chunks and an end, and nothing else', () => {
  const chunks = chain(2);
  const end = endOf(chunks);
  const whole = fileOf([begin, ...chunks, end]);
  assert.equal(parseSegmentFile(whole)?.isWhole, true);
  const wrappedKey: FileRecord = { kind: 'segmentKey', ref: 1, wrappedKey: 'x' };
  const others: readonly Buffer[] = [
    fileOf([begin, ...chunks]),
    whole.subarray(0, whole.length - 1),
    Buffer.concat([whole, Buffer.of(0)]),
    fileOf([begin, ...chunks, end, end]),
    fileOf([begin, ...chunks, end, ...chain(1)]),
    fileOf([begin, wrappedKey, ...chunks, end]),
    fileOf([begin, begin, ...chunks, end]),
  ];
  for (const bytes of others) assert.equal(parseSegmentFile(bytes)?.isWhole, false);
  // Without an end there is nothing to count against; what is there is still read.
  const open = parseSegmentFile(fileOf([begin, ...chunks]));
  assert.ok(open !== undefined);
  assert.deepEqual(flaws([...unsealChunks(open, key)]), []);
});

test('bytes that do not begin with a segment are none', () => {
  assert.equal(parseSegmentFile(Buffer.alloc(0)), undefined);
  assert.equal(parseSegmentFile(Buffer.from('RIFF....WAVEfmt ')), undefined);
  assert.equal(parseSegmentFile(fileOf(chain(1))), undefined);
});
