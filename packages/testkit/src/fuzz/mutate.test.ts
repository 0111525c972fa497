import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutations } from './mutate.ts';

const texts = ['one: 1\r\ntwo: 22\r\n\r\nbody', 'a'.repeat(3_000), ''];
const freshCorpus = (): readonly Uint8Array[] => texts.map((text) => Buffer.from(text));

test('the same seed and corpus give the same inputs in the same order', () => {
  const [first, second] = [[...mutations(7, freshCorpus(), 300)], [...mutations(7, freshCorpus(), 300)]];
  assert.equal(first.length, 300);
  assert.deepEqual(first, second);
});

test('another seed gives other inputs', () => {
  assert.notDeepEqual([...mutations(7, freshCorpus(), 50)], [...mutations(8, freshCorpus(), 50)]);
});

test('the corpus is never changed, not even when its files are buffers', () => {
  const corpus = freshCorpus();
  for (const input of mutations(7, corpus, 2_000)) input.fill(0);
  assert.deepEqual(corpus, freshCorpus());
});

test('inputs nearly always differ from their file, and from each other', () => {
  const text = Array.from({ length: 40 }, (_, line) => `header-${line}: value ${line * line}`).join('\r\n');
  const inputs = [...mutations(7, [Buffer.from(text)], 500)].map((bytes) => Buffer.from(bytes).toString('latin1'));
  assert.ok(inputs.filter((input) => input === text).length < 50);
  assert.ok(new Set(inputs).size > 400);
});

test('an input is at most 70,000 bytes, whatever its file', () => {
  const large = new Uint8Array(69_999).fill(0x61);
  assert.ok([...mutations(7, [large], 200)].every((bytes) => bytes.length <= 70_000));
});

test('an empty corpus gives inputs without failing', () => {
  assert.equal([...mutations(7, [], 20)].length, 20);
});
