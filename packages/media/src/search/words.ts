/** The words of a text, in the one form under which they are looked for: any case, with or without accents. */

/** Longer ones are data, and their beginning tells them apart. */
const wordCharactersMax = 64;

/** Marks that change how a letter sounds, and are left out as often as not: accents, Hebrew points, Arabic vowels. */
const optionalMarks = new RegExp(
  [
    '[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]',
    '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]',
    '[\\u0610-\\u061a\\u064b-\\u065f\\u0670]',
  ].join('|'),
  'g',
);

/** Scripts that are written without spaces are taken character by character; all else is letters and digits in a row. */
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}]\p{M}*)+/gu;

/** What masking puts in the place of a number is no word that somebody wrote. */
const maskMark = /\[masked\]/g;

/** ẞ is small ß, which is SS in capitals, which are ss; and one small letter of the others has two forms. */
function folded(text: string): string {
  const small = text.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase().normalize('NFKD');
  return small.replace(optionalMarks, '').replaceAll('ς', 'σ').normalize('NFC');
}

/** In the order in which they stand, as often as they do. @param countMax the rest is not looked at. */
export function wordsOf(text: string, countMax: number = Number.POSITIVE_INFINITY): readonly string[] {
  const words: string[] = [];
  for (const [found] of folded(text.replace(maskMark, '\n')).matchAll(word)) {
    if (words.length >= countMax) break;
    words.push(found.slice(0, wordCharactersMax).toWellFormed());
  }
  return words;
}
