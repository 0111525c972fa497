import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Defect, instant, limits } from '@tacet/domain';
import fc from 'fast-check';
import { ChunkBuilder } from './chunk-builder.ts';
import { readUnits, unitHeaderBytes } from './chunk-format.ts';
import { type AdmittedUnit, Gatekeeper } from './gatekeeper.ts';

const t0 = 1_780_000_000_000;
/** Stands for what a gatekeeper let through; only tests may make one without it. */
const gatekeeper = new Gatekeeper({ at: 'open', since: instant(0) });

function admitted(ms: number, bytes: Uint8Array, isAnchor = true): AdmittedUnit {
  const admitted = gatekeeper.admit({ arrivedAt: instant(t0 + ms), isAnchor, bytes });
  assert.ok(admitted !== undefined);
  return admitted;
}

test('units leave in chunks as they came in, each once, in order, however they are cut', () => {
  const anyUnit = fc.record({
    step: fc.integer({ min: -50, max: 400 }),
    length: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 60_000, max: 140_000 })),
    isCut: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyUnit, { maxLength: 25 }), (units) => {
      const builder = new ChunkBuilder();
      const lengths: number[] = [];
      const stamps: number[] = [];
      const flush = (): void => {
        const chunk = builder.take();
        if (chunk === undefined) return;
        const read = readUnits(chunk.plain, chunk.firstAt);
        assert.equal(read?.length, chunk.unitCount);
        assert.equal(read?.[0]?.arrivedAt, chunk.firstAt);
        assert.equal(Math.max(...(read ?? []).map((unit) => unit.arrivedAt)), chunk.lastAt);
        assert.ok(chunk.lastAt - chunk.firstAt < limits.chunkMsMax);
        if (chunk.unitCount > 1) assert.ok(chunk.plain.length <= limits.chunkBytesMax);
        for (const unit of read ?? []) {
          assert.ok(unit.bytes.every((byte) => byte === unit.bytes.length % 251));
          lengths.push(unit.bytes.length);
          stamps.push(unit.arrivedAt - t0);
        }
        chunk.plain.fill(0);
      };
      let ms = 1_000;
      const expected = units.map(({ step, length, isCut }) => {
        ms = Math.max(0, ms + step);
        const unit = admitted(ms, new Uint8Array(length).fill(length % 251));
        if (isCut || builder.isFull(length, unit.arrivedAt)) flush();
        builder.add(unit);
        return ms;
      });
      flush();
      assert.deepEqual(
        lengths,
        units.map(({ length }) => length),
      );
      assert.deepEqual(stamps, expected);
      assert.equal(builder.take(), undefined);
    }),
  );
});

test('a chunk is full at its size limit, and one byte below it is not', () => {
  const builder = new ChunkBuilder();
  const first = 1_000;
  builder.add(admitted(0, new Uint8Array(first)));
  const room = limits.chunkBytesMax - first - 2 * unitHeaderBytes;
  assert.equal(builder.isFull(room, instant(t0)), false);
  assert.equal(builder.isFull(room + 1, instant(t0)), true);
});

test('an empty chunk is never full and never due: a unit of any size gets a chunk', () => {
  const builder = new ChunkBuilder();
  assert.equal(builder.isFull(limits.unitBytesMax, instant(t0)), false);
  assert.equal(builder.isDue(instant(t0 + 1e9)), false);
});

test('a chunk is due when its first unit is as old as a chunk may be', () => {
  const builder = new ChunkBuilder();
  builder.add(admitted(0, new Uint8Array(1)));
  builder.add(admitted(500, new Uint8Array(1)));
  assert.equal(builder.isDue(instant(t0 + limits.chunkMsMax - 0.001)), false);
  assert.equal(builder.isDue(instant(t0 + limits.chunkMsMax)), true);
  assert.equal(builder.isFull(1, instant(t0 + limits.chunkMsMax)), true);
});

test('a unit stamped before the first of the chunk waits for the next', () => {
  const builder = new ChunkBuilder();
  builder.add(admitted(100, new Uint8Array(1)));
  assert.equal(builder.isFull(1, instant(t0 + 99.999)), true);
  assert.equal(builder.isFull(1, instant(t0 + 100)), false);
});

test('a report that comes by another port may be older than the units that are still held back', () => {
  const anyUnit = fc.record({ step: fc.integer({ min: -40, max: 40 }), heldCount: fc.integer({ min: 0, max: 6 }) });
  fc.assert(
    fc.property(fc.array(anyUnit, { minLength: 1, maxLength: 40 }), (units) => {
      const builder = new ChunkBuilder();
      const stamps: number[] = [];
      const flush = (heldCount?: number): void => {
        const chunk = builder.take(heldCount);
        if (chunk === undefined) return;
        const read = readUnits(chunk.plain, chunk.firstAt) ?? assert.fail();
        stamps.push(...read.map(({ arrivedAt }) => Math.round(arrivedAt - t0)));
        assert.ok(read.every(({ arrivedAt }) => arrivedAt >= chunk.firstAt && arrivedAt <= chunk.lastAt));
        chunk.plain.fill(0);
      };
      let ms = 2_000;
      const expected = units.map(({ step, heldCount }) => {
        ms += step;
        const unit = admitted(ms, Uint8Array.of(1, 2, 3));
        if (builder.isFull(3, unit.arrivedAt)) flush(heldCount);
        builder.add(unit);
        return ms;
      });
      flush();
      assert.deepEqual(stamps, expected);
    }),
  );
});

test('a unit beyond the size limit is a defect', () => {
  const tooLarge = { length: limits.unitBytesMax + 1 } as Uint8Array;
  assert.throws(() => new ChunkBuilder().add(admitted(0, tooLarge)), Defect);
});

test('a unit that just does not fit makes the chunk grow', () => {
  for (let length = 8_170; length <= 8_200; length += 1) {
    const builder = new ChunkBuilder();
    builder.add(admitted(0, new Uint8Array(length).fill(1)));
    assert.equal(readUnits(builder.take()?.plain ?? Buffer.alloc(0), instant(t0))?.[0]?.bytes.length, length);
  }
});

test('a wiped chunk leaves nothing in the builder, nor in the room it had before it grew', (t) => {
  const make = Buffer.allocUnsafeSlow;
  const rooms: Buffer[] = [];
  t.mock.method(Buffer, 'allocUnsafeSlow', (bytes: number) => {
    const room = make(bytes).fill(0);
    rooms.push(room);
    return room;
  });
  const builder = new ChunkBuilder();
  for (let ms = 0; ms < 40; ms += 1) builder.add(admitted(ms, new Uint8Array(1_000).fill(0x5a)));
  builder.take()?.plain.fill(0);
  assert.ok(rooms.length > 2);
  for (const room of rooms) assert.ok(room.every((byte) => byte === 0));
});
