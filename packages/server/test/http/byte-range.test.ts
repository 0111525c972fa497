/** Ranges of bytes as requests write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteRangeOf } from '../../src/http/byte-range.ts';

test('first and last byte, an open end, and a count from the end are understood', () => {
  assert.deepEqual(byteRangeOf('bytes=0-0', 10), { from: 0, to: 1 });
  assert.deepEqual(byteRangeOf('bytes=2-5', 10), { from: 2, to: 6 });
  assert.deepEqual(byteRangeOf('bytes=7-', 10), { from: 7, to: 10 });
  assert.deepEqual(byteRangeOf('bytes=-3', 10), { from: 7, to: 10 });
  assert.deepEqual(byteRangeOf('BYTES=9-99', 10), { from: 9, to: 10 });
  assert.deepEqual(byteRangeOf('bytes=-99', 10), { from: 0, to: 10 });
});

test('a range that begins behind the end cannot be satisfied', () => {
  assert.equal(byteRangeOf('bytes=10-', 10), 'unsatisfiable');
  assert.equal(byteRangeOf('bytes=10-11', 10), 'unsatisfiable');
  assert.equal(byteRangeOf('bytes=-0', 10), 'unsatisfiable');
  assert.equal(byteRangeOf('bytes=0-', 0), 'unsatisfiable');
});

test('what is no single range of bytes asks for the whole', () => {
  for (const header of [undefined, '', 'bytes=-', 'bytes=5-2', 'bytes=0-1,3-4', 'items=0-1', 'bytes=a-b', 'bytes=1']) {
    assert.equal(byteRangeOf(header, 10), undefined, header);
  }
});

test('a range that is answered lies within the media and is never empty', () => {
  const place = fc.option(fc.nat(3_000), { nil: '' });
  fc.assert(
    fc.property(place, place, fc.nat(2_000), (first, last, lengthBytes) => {
      const range = byteRangeOf(`bytes=${first}-${last}`, lengthBytes);
      if (range === undefined || range === 'unsatisfiable') return;
      assert.ok(range.from >= 0 && range.from < range.to && range.to <= lengthBytes);
      if (first !== '') assert.equal(range.from, first);
      if (first !== '' && last !== '') assert.ok(range.to <= Number(last) + 1);
    }),
  );
});
