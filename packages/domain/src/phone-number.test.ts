import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameNumber } from './phone-number.ts';

test('a telephone number is the same however it is written', () => {
  const same = [
    '+15550100',
    '15550100',
    'tel:+1-555-0100',
    'sip:+15550100@sbc.example.test',
    'SIPS:+15550100;ext=1@x',
    '+1 (555) 0100',
  ];
  for (const one of same) for (const other of same) assert.equal(isSameNumber(one, other), true, `${one} ${other}`);
});

test('other numbers, names and nothing are not the same number', () => {
  for (const [one, other] of [
    ['+15550100', '+15550101'],
    ['sip:agent@example.test', 'sip:agent@example.test'],
    ['', ''],
    ['12', '12'],
  ] as const) {
    assert.equal(isSameNumber(one, other), false, `${one} ${other}`);
  }
});
