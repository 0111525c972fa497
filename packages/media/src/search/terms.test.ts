/** Words and terms: what a text is found by, and what it is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { askedTermsMax, startCharactersMax, startCharactersMin, termsAsked, termsOf } from './terms.ts';
import { wordsOf } from './words.ts';

const wordsMax = 20_000;

function finds(question: string, text: string): boolean {
  const [asked, terms] = [termsAsked(question), termsOf(text, wordsMax)];
  return asked !== undefined && [...asked].every((term) => terms.has(term));
}

const alike: readonly (readonly [string, string])[] = [
  ['STRASSE', 'Straße'],
  ['cafe', 'Café'],
  ['naïve', 'nai\u0308ve'],
  ['istanbul', 'İSTANBUL'],
  ['ΟΔΟΣ', 'οδος'],
  ['ﬁne', 'fine'],
  ['１２３', '123'],
  ['شكرا', 'شُكْرًا'],
  ['שלום', 'שָׁלוֹם'],
];

for (const [one, other] of alike) {
  test(`${one} and ${other} are the same word`, () => {
    assert.deepEqual(wordsOf(one), wordsOf(other));
    assert.equal(wordsOf(one).length, 1);
  });
}

test('letters that are not the same with other marks stay apart', () => {
  assert.notDeepEqual(wordsOf('कि'), wordsOf('का'));
  assert.notDeepEqual(wordsOf('が'), wordsOf('か'));
});

test('scripts without spaces are found character by character, side by side', () => {
  assert.ok(finds('北京', '我住在北京市'));
  assert.ok(!finds('京北', '我住在北京市'));
  assert.ok(finds('東京 "カメラ"', '東京でカメラを買う'));
});

test('all words have to be there, in any order', () => {
  assert.ok(finds('chair broken', 'The broken garden chair'));
  assert.ok(!finds('chair table', 'The broken garden chair'));
});

test('what is in quotes has to stand side by side, in that order', () => {
  assert.ok(finds('"garden chair" broken', 'The broken garden chair'));
  assert.ok(!finds('"broken chair"', 'The broken garden chair'));
  assert.ok(!finds('"chair garden"', 'The broken garden chair'));
  assert.ok(finds('"garden chair', 'The broken garden chair'));
});

test('the parts of a word with a hyphen stand side by side', () => {
  assert.ok(finds('re-open', 'please re-open it'));
  assert.ok(!finds('re-open', 'open it, re my letter'));
});

test('a beginning finds the words that begin so, and the word itself', () => {
  for (const question of ['ref*', 'refu*', 'refund*']) assert.ok(finds(question, 'a refund'));
  assert.ok(!finds('fund*', 'a refund'));
  assert.ok(!finds('ref', 'a refund'));
});

// Rule: a beginning that is too short or too long to be looked for is refused, and not cut
test('a beginning that is too short or too long to be looked for is refused, and not cut', () => {
  const letters = 'abcdefghijklmnop';
  for (const length of [startCharactersMin, startCharactersMax]) {
    assert.ok(finds(`${letters.slice(0, length)}*`, letters));
  }
  assert.equal(termsAsked(`${letters.slice(0, startCharactersMin - 1)}*`), undefined);
  assert.equal(termsAsked(`${letters.slice(0, startCharactersMax + 1)}*`), undefined);
});

test('a question without a word, or with too many, is refused', () => {
  for (const question of ['', ' ', '"', '""', '*', '-- !']) assert.equal(termsAsked(question), undefined, question);
  const words = Array.from({ length: askedTermsMax + 1 }, (_, place) => `word${place}`);
  assert.equal(termsAsked(words.join(' ')), undefined);
  assert.equal(termsAsked(words.slice(1).join(' '))?.size, askedTermsMax);
  assert.equal(termsAsked(`"${words.join(' ')} more"`), undefined);
});

test('what stands in the place of a masked number is no word', () => {
  assert.deepEqual(wordsOf('card [masked] please'), ['card', 'please']);
  assert.deepEqual(wordsOf('masked'), ['masked']);
});

test('only the first words of a text are looked at', () => {
  const terms = termsOf('one two three', 2);
  assert.ok(terms.has('two') && !terms.has('three') && !terms.has('two three'));
});

test('a word in capitals is the word in small letters, sharp s and all', () => {
  for (const written of ['Straße', 'STRASSE', 'STRAẞE']) assert.deepEqual(wordsOf(written), ['strasse']);
});

test('every word of any text is found in it, in any case, alone and with its neighbour', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const words = wordsOf(text);
      const terms = termsOf(text, wordsMax);
      words.forEach((word, place) => {
        assert.ok(terms.has(word));
        assert.deepEqual(wordsOf(word), [word], 'a word stays what it is');
        const next = words[place + 1];
        if (next !== undefined) assert.ok(terms.has(`${word} ${next}`));
        assert.ok(!/[ *"]/.test(word));
      });
    }),
    { numRuns: 500 },
  );
});

test('whatever is asked for, it is terms or a refusal, within bounds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (question) => {
      const asked = termsAsked(question);
      assert.ok(asked === undefined || (asked.size > 0 && asked.size <= askedTermsMax));
    }),
    { numRuns: 1_000 },
  );
});
