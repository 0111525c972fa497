import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { codecLimits, decodeG711, decodeG711Sample, encodeG711, type G711Law, silenceCode } from './index.ts';

const laws: readonly G711Law[] = ['pcmu', 'pcma'];
const allCodes = Uint8Array.from({ length: 256 }, (_, code) => code);

function decoded(law: G711Law, codes: Uint8Array): Int16Array {
  const samples = new Int16Array(codes.length);
  assert.equal(decodeG711(law, codes, samples, { offset: 0, stride: 1 }), codes.length);
  return samples;
}

test('all 256 codes of both laws decode as another implementation decoded them', () => {
  for (const law of laws) {
    // The corpus files hold 256 little-endian samples made by the audioop module of Python.
    const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, 'corpus', `${law}.s16le`)));
    const view = new DataView(bytes.buffer);
    const reference = Int16Array.from({ length: 256 }, (_, code) => view.getInt16(code * 2, true));
    assert.deepEqual(decoded(law, allCodes), reference, law);
  }
});

test('decoding a code and encoding it again gives the code, save for the second zero of the µ-law', () => {
  for (const law of laws) {
    const again = encodeG711(law, decoded(law, allCodes));
    for (const [code, result] of again.entries()) {
      assert.equal(result, law === 'pcmu' && code === 0x7f ? 0xff : code);
    }
  }
});

test('encoding takes every sample to a value of the law beside it, and keeps the order of samples', () => {
  for (const law of laws) {
    const values = [...new Set(decoded(law, allCodes))].sort((a, b) => a - b);
    const samples = Int16Array.from({ length: 65_536 }, (_, at) => at - 32_768);
    const results = decoded(law, encodeG711(law, samples));
    let below = 0;
    for (const [at, sample] of samples.entries()) {
      while ((values[below + 1] ?? Number.POSITIVE_INFINITY) <= sample) below += 1;
      const [floor, ceiling] = [values[below], values[Math.min(below + 1, values.length - 1)]];
      const result = results[at];
      assert.ok(result === floor || result === ceiling, `${law} ${sample}`);
      assert.ok(at === 0 || (result ?? 0) >= (results[at - 1] ?? 0), `${law} ${sample}`);
    }
  }
});

test('encoding what was decoded changes nothing any more', () => {
  fc.assert(
    fc.property(fc.constantFrom(...laws), fc.int16Array({ maxLength: 200 }), (law, samples) => {
      const once = decoded(law, encodeG711(law, samples));
      assert.deepEqual(decoded(law, encodeG711(law, once)), once);
    }),
    { numRuns: 100 },
  );
});

test('the silence code decodes to the value nearest to zero', () => {
  assert.equal(decodeG711Sample('pcmu', silenceCode.pcmu), 0);
  assert.equal(decodeG711Sample('pcma', silenceCode.pcma), 8);
  for (const law of laws) assert.equal(encodeG711(law, Int16Array.of(0))[0], silenceCode[law]);
});

test('codes are decoded into one channel of an interleaved target and no other value is touched', () => {
  const into = new Int16Array(9).fill(7);
  assert.equal(decodeG711('pcmu', Uint8Array.of(0xff, 0x80, 0x00), into, { offset: 1, stride: 3 }), 3);
  assert.deepEqual([...into], [7, 0, 7, 7, 32_124, 7, 7, -32_124, 7]);
});

test('codes without room in the target are left out and the number of written samples says so', () => {
  const into = new Int16Array(5);
  assert.equal(decodeG711('pcma', new Uint8Array(10), into, { offset: 1, stride: 2 }), 2);
  assert.equal(decodeG711('pcma', new Uint8Array(10), into, { offset: 4, stride: 2 }), 1);
  assert.equal(decodeG711('pcma', new Uint8Array(10), into, { offset: 5, stride: 1 }), 0);
});

test('a place that makes no sense writes nothing', () => {
  const into = new Int16Array(8).fill(7);
  const places = [
    { offset: -1, stride: 1 },
    { offset: 0.5, stride: 1 },
    { offset: Number.NaN, stride: 1 },
    { offset: 0, stride: 0 },
    { offset: 0, stride: -1 },
    { offset: 0, stride: codecLimits.strideMax + 1 },
  ];
  for (const place of places) assert.equal(decodeG711('pcmu', allCodes, into, place), 0);
  assert.deepEqual([...into], new Array(8).fill(7));
  assert.equal(decodeG711('pcmu', allCodes, into, { offset: 0, stride: codecLimits.strideMax }), 1);
});
