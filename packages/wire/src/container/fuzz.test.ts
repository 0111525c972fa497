import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { containerLimits, readWav } from './index.ts';

const folder = join(import.meta.dirname, 'corpus');
const corpus = readdirSync(folder)
  .sort()
  // Plain bytes, since the slices of a Buffer share its memory and the mutator would damage the corpus.
  .map((name) => new Uint8Array(readFileSync(join(folder, name))));

test('no damaged file makes the WAV reader throw, find more sound than there are bytes, or repeat content', () => {
  let acceptedCount = 0;
  for (const input of fuzzInputs(41, corpus, 3_000, 'WAV')) {
    const result = readWav(input);
    if (!result.ok) {
      assert.match(result.fault.detail, /^(bytes|byte \d{1,6})$/);
      continue;
    }
    acceptedCount += 1;
    const { channels } = result.value;
    assert.ok(channels.length >= 1 && channels.length <= containerLimits.wavChannelsMax);
    assert.ok(channels.reduce((bytes, samples) => bytes + samples.length * 2, 0) <= input.length);
  }
  assert.ok(acceptedCount > 500, `only ${acceptedCount} inputs were accepted: the corpus is no longer understood`);
});
