import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Defect, needs, never } from './assert.ts';

test('a broken assertion is a defect that says what was needed', () => {
  assert.throws(() => needs(false, 'gates close before they open'), new Defect('gates close before they open'));
  assert.doesNotThrow(() => needs(true, 'nothing'));
});

test('a branch that cannot be reached is a defect when it is', () => {
  assert.throws(() => never('tenth type' as never), Defect);
});
