/** Query parameters are read by their declaration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import { type ChoiceParameter, choiceOf, choicesOf, integerOf, type RawQuery, textOf } from '../../src/http/query.ts';

const size = { kind: 'integer', name: 'size', minimum: 1, maximum: 100, fallback: 25 } as const;
const colour: ChoiceParameter<'RED' | 'GREEN'> = { kind: 'choice', name: 'colour', values: ['RED', 'GREEN'] };
const colours: ChoiceParameter<'RED' | 'GREEN'> = { ...colour, isList: true };
const text = { kind: 'text', name: 'text', charactersMax: 3 } as const;

function refused(name: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === 'valueInvalid' && error.facts['parameter'] === name;
}

test('an integer is taken within its bounds, at the bounds included', () => {
  assert.equal(integerOf({}, size), 25);
  assert.equal(integerOf({ size: '' }, size), 25);
  assert.equal(integerOf({ size: '1' }, size), 1);
  assert.equal(integerOf({ size: '100' }, size), 100);
});

test('what is no integer within its bounds is refused by the name of the parameter', () => {
  for (const value of ['0', '101', '-1', '1.5', '1e2', 'ten', ' 5', '9'.repeat(16)]) {
    assert.throws(() => integerOf({ size: value }, size), refused('size'), value);
  }
  assert.throws(() => integerOf({ size: ['1', '2'] }, size), refused('size'));
});

test('a choice is understood in any case, and another value is refused', () => {
  assert.equal(choiceOf({}, colour), undefined);
  assert.equal(choiceOf({ colour: 'green' }, colour), 'GREEN');
  assert.throws(() => choiceOf({ colour: 'blue' }, colour), refused('colour'));
  assert.throws(() => choiceOf({ colour: 'red,green' }, colour), refused('colour'));
  assert.throws(() => choiceOf({ colour: ['red', 'green'] }, colour), refused('colour'));
});

test('a list may be joined with commas or repeat its name', () => {
  const ways: readonly RawQuery[] = [{ colour: 'red,GREEN' }, { colour: ['red', 'green'] }, { colour: ['green, red'] }];
  for (const query of ways) assert.deepEqual(choicesOf(query, colours), ['RED', 'GREEN']);
  assert.throws(() => choicesOf({ colour: 'red,blue' }, colours), refused('colour'));
});

test('a text is taken up to its length', () => {
  assert.equal(textOf({ text: 'abc' }, text), 'abc');
  assert.equal(textOf({ text: '' }, text), undefined);
  assert.throws(() => textOf({ text: 'abcd' }, text), refused('text'));
});
