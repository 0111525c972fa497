/** Query parameters are read by their declaration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import {
  type ChoiceParameter,
  choiceOf,
  choicesOf,
  integerOf,
  type RawQuery,
  textOf,
  textsOf,
} from '../../src/http/query.ts';

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

test('a letter that only looks like another in one case is another letter', () => {
  const active: ChoiceParameter<'ACTIVE'> = { kind: 'choice', name: 'state', values: ['ACTIVE'] };
  assert.equal(choiceOf({ state: 'aCtIvE' }, active), 'ACTIVE');
  assert.throws(() => choiceOf({ state: 'actıve' }, active), refused('state'));
});

test('several texts may be joined with commas or repeat their name, up to how many are allowed', () => {
  const ids = { kind: 'text', name: 'id', charactersMax: 3, itemsMax: 3 } as const;
  assert.deepEqual(textsOf({}, ids), []);
  assert.deepEqual(textsOf({ id: '' }, ids), []);
  assert.deepEqual(textsOf({ id: 'a, b' }, ids), ['a', 'b']);
  assert.deepEqual(textsOf({ id: ['a,b', 'c'] }, ids), ['a', 'b', 'c']);
  assert.throws(() => textsOf({ id: 'a,b,c,d' }, ids), refused('id'));
  assert.throws(() => textsOf({ id: 'abcd' }, ids), refused('id'));
  assert.throws(() => textsOf({ text: ['a', 'b'] }, text), refused('text'), 'one where nothing else is said');
});
