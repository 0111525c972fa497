/** Security codes of cards: three or four digits that nothing tells from others but the words around them. */
import type { Span } from './span.ts';

/** What people call the code. Whole words only, so that a word that merely contains one is no cue. */
const cues = [
  'c[vs][vcn]2?',
  'cvv/cvc',
  'cav2?',
  'card (?:verification|security|validation)',
  'security (?:code|number|digits)',
  'pr(?:ü|ue)f(?:ziffer|nummer|zahl)',
  'kartenpr(?:ü|ue)f(?:ziffer|nummer)',
  'sicherheits(?:code|nummer|ziffer)',
  'code de s[ée]curit[ée]',
  'cryptogramme',
  'c[óo]digo de (?:seguridad|seguran[çc]a|verificaci[óo]n)',
  'codice di (?:sicurezza|verifica)',
  'beveiligingscode',
  'kod (?:zabezpieczaj[ąa]cy|bezpiecze[ńn]stwa)',
  's[äa]kerhetskod',
  'sikkerhets?kode',
  'sikkerhedskode',
  'g[üu]venlik kodu',
  'код безопасности',
  'セキュリティコード',
  '安全[码碼]',
];
const anyCue = new RegExp(`(?=[cpksbgкセ安])(?<![\\p{L}\\p{N}])(?:${cues.join('|')})(?![\\p{L}])`, 'iu');
const cue = new RegExp(anyCue, 'giu');
const code = /(?<!\p{Nd})(?:\p{Nd}{3,4}|\p{Nd}(?: \p{Nd}){2,3})(?!\p{Nd})/gu;

/** How far from its cue a code may stand, in characters. */
const [before, after] = [16, 48];
/** Behind a card number, the date of expiry and then the code follow without a word. */
const behindCard = 16;
/** A text this short that holds one code and no other digits answers a question. */
const answerCharactersMax = 40;

function codesIn(text: string, from: number, to: number, spans: Span[]): void {
  // A little more on both sides, so that a number which goes on there is not taken for a short one.
  const start = Math.max(0, from - 4);
  for (const { index, 0: found } of text.slice(start, to + 4).matchAll(code)) {
    const at = start + index;
    if (at >= from && at < to) spans.push({ from: at, to: at + found.length, mask: 'cvv' });
  }
}

/** Where security codes stand near their cues, or right behind a card number. */
export function codeSpans(text: string, cards: readonly Span[]): readonly Span[] {
  const spans: Span[] = [];
  for (const { index, 0: found } of text.matchAll(cue)) {
    const end = index + found.length;
    codesIn(text, Math.max(0, index - before), index, spans);
    codesIn(text, end, end + after, spans);
  }
  for (const { to } of cards) codesIn(text, to, to + behindCard, spans);
  return spans;
}

/** Whether a text asks for a code, or says that one comes. */
export function hasCue(text: string): boolean {
  return anyCue.test(text);
}

/** The codes in what may be the answer to a question for one. */
export function answeredCodes(text: string): readonly Span[] {
  if (text.length > answerCharactersMax) return [];
  const spans: Span[] = [];
  codesIn(text, 0, text.length, spans);
  return spans;
}
