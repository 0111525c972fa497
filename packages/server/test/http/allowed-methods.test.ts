/** Which methods a path is known by. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AllowedMethods } from '../../src/http/allowed-methods.ts';

const methods = new AllowedMethods([
  { method: 'GET', path: '/a/{id}' },
  { method: 'DELETE', path: '/a/{id}' },
  { method: 'POST', path: '/a/named' },
  { method: 'PUT', path: '/a/{id}/{other}/end' },
  { method: 'PATCH', path: '/a/named/x' },
  { method: 'GET', path: '/' },
]);

test('a path is known by the methods of all doors that it fits, by name and by id', () => {
  assert.deepEqual(methods.of('/a/1'), ['DELETE', 'GET']);
  assert.deepEqual(methods.of('/a/named'), ['DELETE', 'GET', 'POST']);
  assert.deepEqual(methods.of('/a/named/x'), ['PATCH']);
  assert.deepEqual(methods.of('/a/named/y/end'), ['PUT'], 'a part by name may be an id as well');
  assert.deepEqual(methods.of('/a/1?x=/a/named#y'), ['DELETE', 'GET']);
  assert.deepEqual(methods.of('/'), ['GET']);
});

test('a path that fits no door, or only the beginning of one, is not known', () => {
  for (const url of [
    '',
    '/a',
    '/a/',
    '/a/1/',
    '/a/1/2',
    '/b/1',
    '/A/1',
    '//',
    '/a/1/2/end/3',
    '?',
    '*',
    '/'.repeat(9_000),
  ]) {
    assert.deepEqual(methods.of(url), [], url.slice(0, 20));
  }
});
