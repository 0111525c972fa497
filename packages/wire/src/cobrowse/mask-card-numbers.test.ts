/** Card numbers in what a page sends: every digit is starred, and nothing else is touched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maskCardNumbers } from './mask-card-numbers.ts';

function masked(text: string): string {
  const event = { type: 3, data: { texts: [{ value: text }] } };
  const before = JSON.stringify(event);
  assert.equal(maskCardNumbers(event), JSON.stringify(event) !== before);
  return event.data.texts[0]?.value ?? '';
}

test('card numbers are starred, with or without spaces and dashes, wherever they stand in a text', () => {
  const stars = '*'.repeat(16);
  assert.equal(masked('4111111111111111'), stars);
  assert.equal(masked('pay with 5500 0000 0000 0004!'), 'pay with **** **** **** ****!');
  assert.equal(masked('3782-822463-10005'), '****-******-*****');
  assert.equal(masked('6011000990139424 or 4111111111111111'), `${stars} or ${stars}`);
  assert.match(masked('4111 1111 1111 1111 12'), /^\*{4} \*{4} \*{4} \*{4} \*{2}$/);
});

test('other numbers stay as they are', () => {
  for (const text of ['4111111111111112', '+49 170 1234567', 'order 123456789012', '2026-11-22 23:59:59', '']) {
    assert.equal(masked(text), text);
  }
});

/** Digits with a check digit behind them. */
function withCheckDigit(digits: readonly number[]): string {
  const sum = [...digits].reverse().reduce((all, digit, place) => {
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    return all + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return [...digits, (10 - (sum % 10)) % 10].join('');
}

test('no digits of a number with a check digit are left, of whatever length a card number may have', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 18 });
  fc.assert(
    fc.property(digits, fc.string(), fc.string(), (some, before, after) => {
      const number = withCheckDigit(some);
      assert.ok(!masked(`${before} ${number} ${after}`).includes(number));
    }),
  );
});

test('a long run of digits takes no long time', () => {
  assert.equal(masked('1'.repeat(1_000_000)), '*'.repeat(1_000_000));
});

test('an event that is nested deeper than any page is refused', () => {
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;
  assert.throws(() => maskCardNumbers(deep), RangeError);
});
