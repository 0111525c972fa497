/** Terms: what an index knows of a text, and what it is asked for. Words, pairs of neighbours, and beginnings of words. */
import { wordsOf } from './words.ts';

/** Shorter beginnings say next to nothing and are shared by everything; longer ones are as good as the word. */
export const startCharactersMin = 3;
export const startCharactersMax = 12;

/** Terms in one question: more are a text, and not a question. */
export const askedTermsMax = 32;

/** No word has a space or a star in it, so the three kinds never meet. */
function pair(one: string, next: string): string {
  return `${one} ${next}`;
}

function startsOf(word: string): readonly string[] {
  const letters = [...word].slice(0, startCharactersMax);
  return letters.flatMap((_, at) => (at + 1 < startCharactersMin ? [] : [`${letters.slice(0, at + 1).join('')}*`]));
}

/**
 * Everything that a text can be found by. Neither order nor count of the words is left in it.
 * @param wordsMax the first words of the text; the rest is not looked at.
 */
export function termsOf(text: string, wordsMax: number): ReadonlySet<string> {
  const terms = new Set<string>();
  let before: string | undefined;
  for (const word of wordsOf(text, wordsMax)) {
    if (!terms.has(word)) for (const term of [word, ...startsOf(word)]) terms.add(term);
    if (before !== undefined) terms.add(pair(before, word));
    before = word;
  }
  return terms;
}

/** A run of words as they stand beside each other; one word is itself. */
function runOf(words: readonly string[]): readonly string[] {
  if (words.length < 2) return words;
  return words.slice(1).map((word, place) => pair(words[place] ?? '', word));
}

function partOf(text: string, isStart: boolean): readonly string[] | undefined {
  // One more than can be asked for, so that what is too long is refused and not cut.
  const words = wordsOf(text, askedTermsMax + 2);
  const last = words.at(-1);
  if (!isStart || last === undefined) return runOf(words);
  const length = [...last].length;
  // Rule: a beginning that is too short or too long to be looked for is refused, and not cut
  if (length < startCharactersMin || length > startCharactersMax) return undefined;
  return [...runOf(words.slice(0, -1)), `${last}*`];
}

/**
 * The terms that one item has to have, all of them. What stands in double quotes has to stand side by side, and so do the
 * parts of a word with a hyphen; a star behind a word means all that begins so.
 * @returns nothing where there is no word in the question, too many, or a beginning that cannot be looked for.
 */
export function termsAsked(question: string): ReadonlySet<string> | undefined {
  const terms = new Set<string>();
  for (const [part, quoted] of question.matchAll(/"([^"]*)"?|[^\s"]+/g)) {
    const isStart = quoted === undefined && part.endsWith('*');
    const found = partOf(quoted ?? part, isStart);
    if (found === undefined) return undefined;
    for (const term of found) terms.add(term);
    if (terms.size > askedTermsMax) return undefined;
  }
  return terms.size === 0 ? undefined : terms;
}
