import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from './gate.ts';

test('an open gate admits', () => {
  assert.equal(decide(true), 'admit');
});
