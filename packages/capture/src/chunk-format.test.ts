import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Defect, type Instant, instant } from '@tacet/domain';
import fc from 'fast-check';
import { readUnits, type StoredUnit, unitHeaderBytes, writeUnit } from './chunk-format.ts';

const firstAt = instant(1_780_000_000_000.123);

function written(units: readonly StoredUnit[]): Buffer {
  const bytes = Buffer.alloc(units.reduce((sum, unit) => sum + unitHeaderBytes + unit.bytes.length, 0));
  let offset = 0;
  for (const unit of units) offset = writeUnit(bytes, offset, unit, firstAt);
  assert.equal(offset, bytes.length);
  return bytes;
}

const anyUnit: fc.Arbitrary<StoredUnit> = fc
  .record({
    us: fc.integer({ min: 0, max: 600_000 }),
    isAnchor: fc.boolean(),
    bytes: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ us, isAnchor, bytes }) => ({ arrivedAt: instant(firstAt + us / 1_000), isAnchor, bytes }));
const anyUnits = fc.array(anyUnit, { maxLength: 12 });

function plainOf(units: readonly StoredUnit[] | undefined): unknown {
  return units?.map((unit) => ({ ...unit, bytes: [...unit.bytes] }));
}

test('units come back from a chunk as they went in, to the microsecond', () => {
  fc.assert(
    fc.property(anyUnits, (units) => {
      assert.deepEqual(plainOf(readUnits(written(units), firstAt)), plainOf(units));
    }),
  );
});

test('a chunk that is cut anywhere but between units is not read', () => {
  fc.assert(
    fc.property(fc.array(anyUnit, { minLength: 1, maxLength: 4 }), fc.nat(), (units, somewhere) => {
      const bytes = written(units);
      const end = somewhere % bytes.length;
      const read = readUnits(bytes.subarray(0, end), firstAt);
      let border = 0;
      const borders = units.map((unit) => (border += unitHeaderBytes + unit.bytes.length));
      assert.equal(read !== undefined, end === 0 || borders.includes(end));
    }),
  );
});

test('bytes that were never a chunk are refused or read as units, without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const units = readUnits(Buffer.from(bytes), firstAt);
      const total = units?.reduce((sum, unit) => sum + unitHeaderBytes + unit.bytes.length, 0);
      assert.ok(units === undefined || total === bytes.length);
    }),
  );
});

test('a unit may arrive up to 71 minutes after the first of its chunk, and not before it', () => {
  const into = Buffer.alloc(unitHeaderBytes);
  const at = (arrivedAt: Instant): StoredUnit => ({ arrivedAt, isAnchor: false, bytes: new Uint8Array(0) });
  const last = instant(firstAt + 0xffffffff / 1_000);
  writeUnit(into, 0, at(last), firstAt);
  assert.equal(readUnits(into, firstAt)?.[0]?.arrivedAt, last);
  assert.throws(() => writeUnit(into, 0, at(instant(last + 0.001)), firstAt), Defect);
  assert.throws(() => writeUnit(into, 0, at(instant(firstAt - 0.001)), firstAt), Defect);
});
