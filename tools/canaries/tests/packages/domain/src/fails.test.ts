import assert from 'node:assert/strict';
import { test } from 'node:test';

test('a test that fails turns the step red', () => {
  assert.equal(1, 2);
});
