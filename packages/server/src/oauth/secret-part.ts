/** How much of a password is left when what everybody thinks of is taken out of it. */

/** Words from which the usual passwords are made, and those that belong to this product; letters only. */
const words = `
  password passwort passphrase passwd pass motdepasse contrasena admin administrator root superuser supervisor agent
  operator manager user username login logon signin welcome willkommen bienvenue hello hallo letmein opensesame
  access changeme change default demo test testing temp temporary guest secret geheim private security secure qwerty
  qwertz azerty asdf zxcv yxcv abcdef abc iloveyou love princess sunshine monkey dragon football soccer baseball
  basketball hockey master shadow superman batman spiderman starwars startrek pokemon trustno whatever nothing
  computer internet server system network cloud company office summer winter spring autumn sommer herbst fruhling
  january february march april june july august september october november december monday tuesday wednesday thursday
  friday saturday sunday london paris berlin america michael jennifer charlie thomas jordan george daniel jessica
  ashley freedom forever please this the your new not have contactcenter contactcentre callcenter callcentre center
  centre contact call recording recorder record tacet genesys purecloud voice phone correct horse battery staple
  super best good free world
`;

/** Signs that are usually written for a letter. */
const lookalikes: { readonly [letter: string]: string } = {
  a: '[a4@]',
  e: '[e3]',
  i: '[i1!]',
  o: '[o0]',
  s: '[s5$]',
  t: '[t7]',
};

/** Longest first, so that a long word is not broken by a short one inside it. */
const anyWord = new RegExp(
  words
    .trim()
    .split(/\s+/)
    .sort((a, b) => b.length - a.length)
    .map((word) => Array.from(word, (letter) => lookalikes[letter] ?? letter).join(''))
    .join('|'),
  'g',
);

/** Lines of keyboards and of counting; three neighbours in one of them, either way round, are no secret. */
const lines: readonly string[] = [
  '012345678901234567890',
  '00112233445566778899',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop[]',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'qsdfghjklm',
  'zxcvbnm',
  'yxcvbnm',
  '!@#$%^&*()',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
].flatMap((line) => [line, Array.from(line).reverse().join('')]);

/** Runs shorter than this come about by chance. */
const runMin = 3;

/**
 * What is left of a password without common words, lines of keyboards, years and repetitions: the part that somebody
 * would have to guess.
 * @param folded without spaces, in lower case
 * @param own further words that are no secret here: the user's name and address
 */
export function secretPart(folded: string, own: readonly string[]): string {
  let rest = folded;
  for (const word of own) rest = rest.split(word).join(' ');
  rest = rest.replace(anyWord, ' ').replace(/(19|20)\d\d/g, ' ');
  // The same sign over and over, then the same few signs over and over.
  rest = rest.replace(/(.)\1{2,}/gu, ' ').replace(/(.{2,6}?)\1+/gu, '$1');
  return withoutRuns(rest).replace(/\s/g, '');
}

function withoutRuns(text: string): string {
  const isRun = (run: string): boolean => lines.some((line) => line.includes(run));
  let rest = '';
  for (let at = 0; at < text.length; ) {
    let length = 0;
    while (at + length < text.length && isRun(text.slice(at, at + length + 1))) length += 1;
    if (length < runMin) rest += text[at] ?? '';
    at += length < runMin ? 1 : length;
  }
  return rest;
}
