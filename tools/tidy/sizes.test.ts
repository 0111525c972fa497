import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ParsedFile, parseText } from '../parsed-file.ts';
import { findOversize } from './sizes.ts';

function fileOf(path: string, lineCount: number): ParsedFile {
  return parseText(path, '// A line.\n'.repeat(lineCount));
}

function product(lineCounts: readonly number[]): readonly ParsedFile[] {
  return lineCounts.map((count, index) => fileOf(`packages/domain/src/part-${index}.ts`, count));
}

function rulesBroken(files: readonly ParsedFile[]): readonly string[] {
  return findOversize(files).map((finding) => finding.rule);
}

test('a file of 400 lines is let pass, one of 401 is not', () => {
  assert.deepEqual(rulesBroken([fileOf('e2e/long.test.ts', 400)]), []);
  assert.deepEqual(rulesBroken([fileOf('e2e/long.test.ts', 401)]), ['file-too-long']);
});

test('files over 300 lines may hold one line in twenty of the product, and not one more', () => {
  const small = Array.from({ length: 57 }, () => 100);
  assert.deepEqual(rulesBroken(product([...small, 300])), [], '300 lines are not longish');
  assert.deepEqual(rulesBroken(product([...small, 19, 301])), [], '301 of 6020 lines are a twentieth');
  assert.deepEqual(rulesBroken(product([...small, 18, 301])), ['long-tail']);
});

test('the median product file has at most 130 lines', () => {
  assert.deepEqual(rulesBroken(product([10, 130, 200])), []);
  assert.deepEqual(rulesBroken(product([10, 131, 200])), ['median-too-high']);
});

test('tests and the testkit do not count towards the tail and the median', () => {
  const others = ['packages/testkit/src/a.ts', 'packages/domain/src/a.test.ts', 'e2e/a.test.ts'];
  assert.deepEqual(rulesBroken(others.map((path) => fileOf(path, 390))), []);
});
