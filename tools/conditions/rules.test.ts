import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseText } from '../parsed-file.ts';
import { findUntestedRules, rulesOf, wordsOf } from './rules.ts';
import { testTitles } from './titles.ts';

function rulesIn(text: string): readonly string[] {
  return rulesOf(parseText('packages/domain/src/a.ts', text)).map((rule) => rule.text);
}

test('a rule goes on over comment lines until its full stop', () => {
  assert.deepEqual(rulesIn('// Rule: one\n// two.\n// Not the rule any more.\n'), ['one two.']);
});

test('a rule without a full stop ends where its comment ends', () => {
  assert.deepEqual(rulesIn('// Rule: one\n// two\nconst a = 1;\n// three\n'), ['one two']);
});

test('two rules may follow each other', () => {
  assert.deepEqual(rulesIn('// Rule: one.\n// Rule: two.\n'), ['one.', 'two.']);
});

test('a rule may stand in a block comment', () => {
  assert.deepEqual(rulesIn('/**\n * What it is.\n * Rule: one\n * two.\n */\nconst a = 1;\n'), ['one two.']);
});

test('a string that looks like a rule is none', () => {
  assert.deepEqual(rulesIn("const a = '// Rule: one.';\nconst b = `\n// Rule: two.\n`;\n"), []);
});

test('rule and title are compared by their words, not by case, marks or spaces', () => {
  assert.equal(wordsOf('Only an *active* participant   may pause.'), wordsOf('only an active participant may pause'));
});

test('a rule whose words are only part of a title is untested', () => {
  const file = parseText('packages/domain/src/a.ts', '\n// Rule: nobody resumes.\n');
  const { findings } = findUntestedRules([file], ['nobody resumes after midnight']);
  assert.deepEqual(
    findings.map(({ line, rule }) => [line, rule]),
    [[2, 'untested-rule']],
  );
});

test('titles are read from test, it, describe and subtests', () => {
  const text = "test('one', f);\nit('two', f);\ndescribe('three', f);\nawait t.test(`four`, f);\nlog('no');";
  assert.deepEqual(testTitles(parseText('a.test.ts', text)), ['one', 'two', 'three', 'four']);
});

test('a title that is put together while running proves no rule', () => {
  const text = ['test(`five $', '{x} six`, f);'].join('');
  assert.deepEqual(testTitles(parseText('a.test.ts', text)), []);
});
