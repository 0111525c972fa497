/** Numbers of payment cards: beginnings and lengths that schemes issue, and the check digit of ISO/IEC 7812-1 (Luhn). */
import { type Digit, type DigitRun, digitRuns } from './digit-runs.ts';
import type { Span } from './span.ts';

/** The fewest and the most digits that a card number has. */
const [shortest, longest] = [13, 19];

interface Scheme {
  /** First four digits, from and to. */
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

const from16 = [16, 17, 18, 19];
const any = [13, 14, 15, ...from16];

/** What is beyond these rows is not issued to people who pay: telling them apart halves the false alarms again and again. */
const schemes: readonly Scheme[] = [
  { from: 1000, to: 1999, lengths: [15] },
  { from: 2200, to: 2205, lengths: from16 },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 3000, to: 3059, lengths: [14, ...from16] },
  { from: 3095, to: 3095, lengths: [14, ...from16] },
  { from: 3400, to: 3499, lengths: [15] },
  { from: 3528, to: 3589, lengths: from16 },
  { from: 3600, to: 3699, lengths: [14, ...from16] },
  { from: 3700, to: 3799, lengths: [15] },
  { from: 3800, to: 3999, lengths: [14, ...from16] },
  { from: 4000, to: 4999, lengths: [13, 16, 19] },
  { from: 5000, to: 5099, lengths: any },
  { from: 5100, to: 5599, lengths: [16] },
  { from: 5600, to: 6999, lengths: any },
  { from: 8100, to: 8171, lengths: from16 },
  { from: 9792, to: 9792, lengths: [16] },
];

function isIssued(digits: readonly Digit[]): boolean {
  let beginning = 0;
  for (let place = 0; place < 4; place += 1) beginning = beginning * 10 + (digits[place]?.value ?? 0);
  return schemes.some(({ from, to, lengths }) => {
    return beginning >= from && beginning <= to && lengths.includes(digits.length);
  });
}

function hasCheckDigit(digits: readonly Digit[]): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const value = digits[digits.length - 1 - place]?.value ?? 0;
    const doubled = place % 2 === 1 ? value * 2 : value;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Numbers that begin and end where a group does: one in the midst of a longer run of digits is something else. */
function spansIn(run: DigitRun, spans: Span[]): void {
  for (let first = 0; first + shortest <= run.length; first += 1) {
    const begin = run[first];
    if (begin === undefined || !begin.beginsGroup) continue;
    for (let length = shortest; length <= longest && first + length <= run.length; length += 1) {
      const next = run[first + length];
      if (next !== undefined && !next.beginsGroup) continue;
      const digits = run.slice(first, first + length);
      if (!isIssued(digits) || !hasCheckDigit(digits)) continue;
      spans.push({ from: begin.from, to: digits.at(-1)?.to ?? begin.to, mask: 'card' });
    }
  }
}

/** Where card numbers stand in a text; where two readings overlap, both. */
export function cardSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const run of digitRuns(text)) if (run.length >= shortest) spansIn(run, spans);
  return spans;
}

/** What a text ends with that may be the beginning of a card number which its writer goes on with; else nothing. */
export function openDigits(text: string): string {
  const run = digitRuns(text).at(-1);
  const last = run?.at(-1);
  if (run === undefined || last === undefined) return '';
  if (/[\p{L}\p{N}]/u.test(text.slice(last.to))) return '';
  const first = run.at(-longest + 1) ?? run[0];
  return first === undefined ? '' : text.slice(first.from, last.to);
}
