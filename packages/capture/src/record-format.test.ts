import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { Defect, instant, limits, type SegmentId, type StreamId } from '@tacet/domain';
import fc from 'fast-check';
import { conversationId, recordingId } from '../test/rig.ts';
import { encodeRecord, type FileRecord, frameBytes, readRecords } from './record-format.ts';

const streamId = 'd0000000-0000-4000-8000-000000000000' as StreamId;
const segmentId = 'b0000000-0000-4000-8000-000000000000' as SegmentId;
const ref = fc.nat({ max: 2 ** 32 - 1 });
const tag = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const at = fc.nat({ max: 2 ** 40 }).map((us) => instant(1_780_000_000_000 + us / 1_000));
const home = { streamId, recordingId, conversationId };
const previousTag = '0'.repeat(32);

const anyRecord: fc.Arbitrary<FileRecord> = fc.oneof(
  fc.record({ kind: fc.constant('segmentBegin' as const), ref, number: fc.nat() }).map((some) => ({
    ...some,
    segmentId,
    ...home,
    previousTag,
  })),
  fc.record({ kind: fc.constant('segmentKey' as const), ref, wrappedKey: fc.base64String({ maxLength: 60 }) }),
  fc.record({
    kind: fc.constant('segmentEnd' as const),
    ref,
    chunkCount: fc.nat(),
    unitCount: fc.nat(),
    lastTag: fc.constant(previousTag),
    isRecovered: fc.boolean(),
  }),
  fc.record({ at, since: at, keptUntil: at, isOpen: fc.boolean(), nextSegmentNumber: fc.nat() }).map((some) => ({
    kind: 'captureLive' as const,
    ...home,
    previousTag,
    ...some,
  })),
  fc.record({
    kind: fc.constantFrom('gateClosed' as const, 'captureOver' as const),
    streamId: fc.constant(streamId),
    at,
  }),
  fc.record({ from: at, to: at, unitCount: fc.nat() }).map((interval) => ({
    kind: 'intervalSeen' as const,
    streamId,
    interval: { kind: 'withheld' as const, ...interval },
  })),
  fc.record({
    kind: fc.constant('chunk' as const),
    ref,
    number: ref,
    unitCount: ref,
    firstAt: at,
    lastAt: at,
    tag,
    sealed: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  }),
);
const someRecords = fc.array(
  anyRecord.map((record): FileRecord => ({ ...record })),
  { minLength: 1, maxLength: 6 },
);

/** Everything that can be read, and the offset behind the last good record. */
function readAll(file: Buffer): { readonly records: readonly FileRecord[]; readonly end: number } {
  const records: FileRecord[] = [];
  const reading = readRecords(file);
  let border = 0;
  for (;;) {
    const next = reading.next();
    if (next.done) return { records, end: next.value };
    assert.equal(next.value.offset, border);
    border += next.value.length;
    records.push(next.value.record);
  }
}

/** A frame as it would be forged: its checksum is right, its payload anything. */
function forged(kind: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(frameBytes);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt8(kind, 4);
  head.writeUInt32LE(crc32(payload, kind), 5);
  return Buffer.concat([head, payload]);
}

test('records come back from a file as they were written', () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const file = Buffer.concat(records.map(encodeRecord));
      assert.deepEqual(readAll(file), { records, end: file.length });
    }),
  );
});

test('a file cut at any offset yields its whole records and no other', () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const parts = records.map(encodeRecord);
      const file = Buffer.concat(parts);
      for (let cut = 0; cut <= file.length; cut += 1) {
        let wholeBytes = 0;
        let wholeCount = 0;
        for (const part of parts) {
          if (wholeBytes + part.length > cut) break;
          wholeBytes += part.length;
          wholeCount += 1;
        }
        const { records: read, end } = readAll(file.subarray(0, cut));
        assert.equal(read.length, wholeCount);
        assert.equal(end, wholeBytes);
      }
    }),
    { numRuns: 20 },
  );
});

test('a flipped bit ends the reading before its record, never within or behind it', () => {
  fc.assert(
    fc.property(someRecords, fc.nat(), fc.nat({ max: 7 }), (records, somewhere, bit) => {
      const parts = records.map(encodeRecord);
      const file = Buffer.concat(parts);
      const place = somewhere % file.length;
      file.writeUInt8(file.readUInt8(place) ^ (1 << bit), place);
      let border = 0;
      const untouched = parts.filter((part) => {
        border += part.length;
        return border <= place;
      });
      assert.deepEqual(readAll(file).records, records.slice(0, untouched.length));
    }),
    { numRuns: 300 },
  );
});

test('noise never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(0, 1, 2, 3, 255), (noise, kind) => {
      const bytes = Buffer.from(noise);
      assert.ok(readAll(bytes).end <= bytes.length);
      assert.ok(readAll(forged(kind, bytes)).end <= frameBytes + bytes.length);
    }),
    { numRuns: 1_000 },
  );
});

test('a record whose checksum holds but whose members are not its own is damage', () => {
  const good = { kind: 'gateClosed', streamId, at: 5 };
  assert.equal(readAll(forged(2, Buffer.from(JSON.stringify(good)))).records.length, 1);
  const bad: readonly unknown[] = [
    null,
    7,
    'gateClosed',
    [],
    {},
    { ...good, kind: 5 },
    { ...good, kind: 'toString' },
    { ...good, kind: 'gateBroken' },
    { ...good, at: '5' },
    { ...good, at: null },
    { kind: 'gateClosed', at: 5 },
    { kind: 'intervalSeen', streamId, interval: null },
  ];
  for (const value of bad) {
    assert.equal(readAll(forged(2, Buffer.from(JSON.stringify(value)))).records.length, 0, JSON.stringify(value));
  }
});

test('a frame that claims more than a record may have is damage, not a reason to wait for more', () => {
  const head = Buffer.alloc(frameBytes + 10);
  head.writeUInt32LE(limits.recordBytesMax + 1, 0);
  assert.deepEqual(readAll(head), { records: [], end: 0 });
  assert.equal(readAll(forged(1, Buffer.alloc(limits.recordBytesMax))).records.length, 1);
  assert.equal(readAll(forged(1, Buffer.alloc(limits.recordBytesMax + 1))).records.length, 0);
});

test('a record beyond the size limit is never written', () => {
  const sealed = { length: limits.recordBytesMax } as Buffer;
  const chunk = { kind: 'chunk' as const, ref: 1, number: 0, unitCount: 1, tag: Buffer.alloc(16), sealed };
  const now = instant(1);
  assert.throws(() => encodeRecord({ ...chunk, firstAt: now, lastAt: now }), Defect);
});
