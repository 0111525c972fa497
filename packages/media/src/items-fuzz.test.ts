/** Items, what is masked in them, and the transcript of them: damaged, hostile and senseless ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, type TextMask } from '@tacet/domain';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { decodeItem, encodeItem, type ItemHead } from './item-unit.ts';
import { maskItem } from './masking/mask-item.ts';
import { findNumbers } from './masking/mask-text.ts';
import { TextTrail } from './masking/text-trail.ts';
import { renderTranscript } from './render-transcript.ts';
import { termsAsked, termsOf } from './search/terms.ts';

const masks: ReadonlySet<TextMask> = new Set(['card', 'cvv', 'iban']);

const texts = [
  'my card is 4111 1111 1111 1111, security code 987, thanks',
  'IBAN DE89 3704 0044 0532 0130 00 und Prüfziffer 123',
  '5500-0000-0000-0004 3782 822463 10005 \u{1f600} ٤١١١ １２３４',
];

const heads: readonly ItemHead[] = texts.map((text, place) => ({
  id: `i${place}`,
  kind: place === 0 ? 'message' : 'mail',
  text,
  subject: text,
  from: { name: 'somebody' },
  attachments: [{ name: text }],
  metadata: { note: text },
}));

const items = heads.map((head) =>
  encodeItem({ head, body: new TextEncoder().encode(`Subject: x\r\n\r\n${head.text}`) }),
);

test('no damaged item makes its reader throw, and one that is read lies within its bytes', async () => {
  let readCount = 0;
  for (const input of fuzzInputs(101, items, 6_000, 'items')) {
    const item = decodeItem(input);
    if (item === undefined) continue;
    readCount += 1;
    assert.ok(item.body.length < input.length);
    const stored = { arrivedAt: instant(readCount), ...item };
    async function* all() {
      yield stored;
    }
    const lost = { kind: 'lost', from: instant(0), to: instant(1), unitCount: 1, reason: 'crash' } as const;
    const lines = await renderTranscript(all(), [lost]);
    assert.deepEqual(
      lines.map(({ kind }) => kind),
      ['lost', 'item'],
    );
  }
  assert.ok(readCount > 300, `only ${readCount} were read`);
});

test('whatever is written, no number is left in it that masking would find, and it is as long as it was or shorter', () => {
  const trail = new TextTrail();
  let maskedCount = 0;
  const corpus = texts.map((text) => new TextEncoder().encode(text));
  for (const input of fuzzInputs(103, corpus, 6_000, 'masking')) {
    const text = Buffer.from(input).toString();
    const item = { head: { id: 'i', kind: 'message', text, subject: text } as const, body: new Uint8Array(input) };
    const { item: masked } = maskItem({ ...item, head: { ...item.head, contentType: 'text/plain' } }, masks, trail);
    assert.equal(masked.body.length, input.length);
    for (const written of [masked.head.text ?? '', masked.head.subject ?? '']) {
      assert.deepEqual(findNumbers(written, new Set(['card', 'iban'])), [], `in a text of ${text.length}`);
    }
    maskedCount += masked.head.maskedCount ?? 0;
  }
  assert.ok(maskedCount > 1_000, `only ${maskedCount} numbers were masked`);
});

test('whatever is written or asked for, words and terms are made of it within bounds', () => {
  const corpus = [...texts, '"in order" begin* 北京 שָׁלוֹם'].map((text) => new TextEncoder().encode(text));
  for (const input of fuzzInputs(107, corpus, 4_000, 'search words')) {
    const text = Buffer.from(input).toString();
    assert.ok(termsOf(text, 50).size <= 50 * 14);
    assert.ok((termsAsked(text)?.size ?? 0) <= 32);
  }
});
