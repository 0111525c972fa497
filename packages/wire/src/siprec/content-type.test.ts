import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHeaderValue, siprecLimits } from './index.ts';

test('a header value is read as a kind in lower case and parameters by lower-case name', () => {
  const { kind, parameters } = readHeaderValue('Multipart/Mixed ; Boundary=abc; x = y');
  assert.equal(kind, 'multipart/mixed');
  assert.deepEqual(
    [...parameters],
    [
      ['boundary', 'abc'],
      ['x', 'y'],
    ],
  );
});

test('a quoted parameter may hold semicolons and escaped quotes', () => {
  const { parameters } = readHeaderValue('multipart/mixed; boundary="a;b\\"c"; last=1');
  assert.equal(parameters.get('boundary'), 'a;b"c');
  assert.equal(parameters.get('last'), '1');
});

test('the first of two parameters with one name counts', () => {
  assert.equal(readHeaderValue('a/b;x=1;X=2').parameters.get('x'), '1');
});

test('every text gives an answer, and one beyond the bound gives an empty one', () => {
  assert.deepEqual(readHeaderValue(''), { kind: '', parameters: new Map() });
  assert.deepEqual(readHeaderValue(';;=;"'), { kind: '', parameters: new Map() });
  const atLimit = 'x'.repeat(siprecLimits.headerValueCharsMax);
  assert.equal(readHeaderValue(atLimit).kind, atLimit);
  assert.equal(readHeaderValue(`${atLimit}x`).kind, '');
});
