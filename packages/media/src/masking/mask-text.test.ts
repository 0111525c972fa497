/** Numbers in written text: what is found, what is not, and what becomes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TextMask, textMasks } from '@tacet/domain';
import fc from 'fast-check';
import { maskBody } from './mask-body.ts';
import { maskItem } from './mask-item.ts';
import { findNumbers, withoutSpans } from './mask-text.ts';
import { TextTrail } from './text-trail.ts';

const all: ReadonlySet<TextMask> = new Set(textMasks);

function masked(text: string, masks: ReadonlySet<TextMask> = all): string {
  return withoutSpans(text, findNumbers(text, masks));
}

/** Digits with the check digit that makes them a card number. */
function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, one, place) => {
    const doubled = place % 2 === 0 ? Number(one) * 2 : Number(one);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits + String((10 - (sum % 10)) % 10);
}

const rows: readonly (readonly [text: string, masked: string])[] = [
  ['my card 4111111111111111 please', 'my card [masked] please'],
  ['4111 1111 1111 1111', '[masked]'],
  ['4111-1111-1111-1111.', '[masked].'],
  ['3782 822463 10005', '[masked]'],
  ['4111\u00a01111\u20111111\u200b1111', '[masked]'],
  ['٤١١١ ١١١١ ١١١١ ١١١١', '[masked]'],
  ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '[masked]'],
  ['12 4111111111111111 34', '12 [masked] 34'],
  ['4111111111111111 12/28 123', '[masked] 12/28 [masked]'],
  ['CVV: 123', 'CVV: [masked]'],
  ['the security code on the back is 9876', 'the security code on the back is [masked]'],
  ['Die Prüfziffer lautet 123.', 'Die Prüfziffer lautet [masked].'],
  ['código de seguridad 123', 'código de seguridad [masked]'],
  ['123 is my cvc', '[masked] is my cvc'],
  ['DE89 3704 0044 0532 0130 00 thanks', '[masked] thanks'],
  ['gb29nwbk60161331926819', '[masked]'],
  // What is something else stays.
  ['4111 1111 1111 1112', '4111 1111 1111 1112'],
  ['order 1234567890123456', 'order 1234567890123456'],
  ['call +49 30 1234567 or 0171 2345678', 'call +49 30 1234567 or 0171 2345678'],
  ['2026-11-22 23:50:58.123', '2026-11-22 23:50:58.123'],
  ['room 123 in 2026', 'room 123 in 2026'],
  ['DE00 3704 0044 0532 0130 00', 'DE00 3704 0044 0532 0130 00'],
];

for (const [text, expected] of rows) {
  test(`"${text}" is kept as "${expected}"`, () => assert.equal(masked(text), expected));
}

test('a card number is found in any grouping and any surroundings', () => {
  const digits = fc
    .integer({ min: 0, max: 10 ** 14 - 1 })
    .map((n) => withCheckDigit(`4${String(n).padStart(14, '0')}`));
  const mark = fc.constantFrom('', ' ', '-', '.', ' - ', '\u00a0');
  const words = fc.string().filter((text) => !/[\p{N}]/u.test(text));
  const groups = fc.array(mark, { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(digits, groups, words, words, (number, marks, before, after) => {
      const written = [...number].map((one, place) => one + (place < 15 ? marks[place] : '')).join('');
      const kept = masked(`${before}x ${written} x${after}`, new Set(['card'] as const));
      assert.equal(/\p{N}/u.test(kept), false, kept);
    }),
  );
});

test('nothing but numbers is taken from a text, and what is masked once is masked for good', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789 -cv.DE'), maxLength: 80 }), (text) => {
      const spans = findNumbers(text, all);
      for (const [place, { from, to }] of spans.entries()) {
        assert.ok(from < to && from >= (spans[place - 1]?.to ?? 0) && to <= text.length);
      }
    }),
  );
});

test('a long text of digits takes no time to speak of', () => {
  for (const part of ['4', '4 ', '4-1', 'cvv ', 'DE89', '. ']) {
    const spans = findNumbers(part.repeat(50_000), all);
    assert.ok(Array.isArray(spans));
  }
});

test('a cue is found in one text after another', () => {
  const write = conversation();
  for (let turn = 0; turn < 3; turn += 1) assert.equal(write('a', 'so, cvv 123'), 'so, cvv [masked]');
});

// Rule: an account number is found behind another number, with nothing between them
test('an account number is found behind another number, with nothing between them', () => {
  assert.equal(masked('4111111111111111DE89370400440532013000'), '[masked][masked]');
  assert.equal(masked('4111 1111 1111 1111DE89 3704 0044 0532 0130 00.'), '[masked][masked].');
});

test('what is not asked for is not masked', () => {
  const text = '4111111111111111, cvv 123, DE89370400440532013000';
  assert.equal(masked(text, new Set(['iban'] as const)), '4111111111111111, cvv 123, [masked]');
  assert.equal(masked(text, new Set()), text);
});

function conversation(): (writer: string, text: string) => string {
  const trail = new TextTrail();
  return (writer, text) => withoutSpans(text, trail.find(writer, text, all));
}

test('the rest of a card number that its writer splits over messages is masked', () => {
  const write = conversation();
  assert.equal(write('a', 'it is 4111 1111 ...'), 'it is 4111 1111 ...');
  assert.equal(write('b', 'yes?'), 'yes?');
  assert.equal(write('a', '... 1111 1111, ok'), '... [masked], ok');
  const slow = conversation();
  assert.deepEqual(
    ['4111', '1111', '1111', '1111'].map((part) => slow('a', part)),
    ['4111', '1111', '1111', '[masked]'],
  );
});

test('digits of two writers make no number', () => {
  const write = conversation();
  write('a', '4111 1111');
  assert.equal(write('b', '1111 1111'), '1111 1111');
});

test('the answer to a question for a security code is masked, and so is what follows a card number', () => {
  const write = conversation();
  assert.equal(write('agent', 'And your CVV?'), 'And your CVV?');
  assert.equal(write('customer', '987'), '[masked]');
  assert.equal(write('customer', 'thanks'), 'thanks');
  write('customer', 'flat');
  assert.equal(write('customer', '987'), '987');
  write('customer', '5500 0000 0000 0004');
  assert.equal(write('customer', '12/28 321'), '12/28 [masked]');
});

test('an item says how many numbers were masked in it', () => {
  const number = '4111111111111111';
  const head = {
    id: number,
    kind: 'message',
    text: number,
    subject: `a ${number}`,
    name: `${number}.pdf`,
    attachments: [{ name: `${number}.png`, url: 'https://example.test' }],
    metadata: { [number]: number },
  } as const;
  const { item, hasCard } = maskItem({ head, body: new Uint8Array() }, all, new TextTrail());
  assert.equal(hasCard, true);
  assert.equal(item.head.maskedCount, 6);
  assert.equal(JSON.stringify({ ...item.head, id: '' }).includes('4111'), false);
  const plain = maskItem(
    { head: { id: '1', kind: 'message', text: 'hello' }, body: new Uint8Array() },
    all,
    new TextTrail(),
  );
  assert.deepEqual(plain, {
    item: { head: { id: '1', kind: 'message', text: 'hello' }, body: new Uint8Array() },
    hasCard: false,
  });
});

test('the digits in a mail are overwritten where they stand, and what opens it is as it was', () => {
  const mail = [
    'Message-ID: <4111111111111111@example.test>',
    'Subject: card 4111 1111 1111 1111',
    'Content-Type: multipart/mixed; boundary="4111111111111111"',
    '',
    '--4111111111111111',
    'Content-Type: text/plain',
    '',
    'My card is 5500-0000-0000-0004, cvv 123.',
    '--4111111111111111--',
  ].join('\r\n');
  const body = new TextEncoder().encode(mail);
  assert.equal(maskBody(body, true, all).length, 3);
  const expected = mail
    .replace('4111 1111 1111 1111', 'XXXX XXXX XXXX XXXX')
    .replace('5500-0000-0000-0004', 'XXXX-XXXX-XXXX-XXXX')
    .replace('cvv 123', 'cvv XXX');
  assert.equal(new TextDecoder().decode(body), expected);
});
