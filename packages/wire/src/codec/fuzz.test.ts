import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { decodeG711, decodeG711Sample, encodeG711 } from './index.ts';

const corpus = ['pcmu.s16le', 'pcma.s16le'].map(
  (name) => new Uint8Array(readFileSync(join(import.meta.dirname, 'corpus', name))),
);

test('any bytes decode, at any place, into no more than the room there is', () => {
  let count = 0;
  for (const input of fuzzInputs(31, corpus, 2_000)) {
    count += 1;
    const law = count % 2 === 0 ? 'pcmu' : 'pcma';
    const into = new Int16Array((count * 37) % 1_000).fill(1);
    const place = { offset: (count * 11) % 100, stride: 1 + (count % 5) };
    const written = decodeG711(law, input, into, place);
    assert.ok(written <= input.length);
    assert.ok(written === 0 || place.offset + (written - 1) * place.stride < into.length);
    const samples = Int16Array.from(input.subarray(0, 300), (code) => decodeG711Sample(law, code));
    const again = Int16Array.from(encodeG711(law, samples), (code) => decodeG711Sample(law, code));
    assert.deepEqual(again, samples);
  }
});
