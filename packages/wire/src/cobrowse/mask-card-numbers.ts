/** A second look at what a page sends: card numbers in texts, which the page should have masked itself. */
import { cobrowseLimits } from './limits.ts';

const { cardDigitsMin, cardDigitsMax, nestingMax } = cobrowseLimits;
/** Runs of digits with single spaces, dashes or dots between them; what is in one is counted below. */
const runs = /[0-9](?:[ \u00a0.-]?[0-9]){12,}/g;
const zero = 0x30;
const runCharactersMax = 128;

/** ISO/IEC 7812-1, annex B. */
function hasCheckDigit(digits: readonly number[], from: number, to: number): boolean {
  let sum = 0;
  for (let at = to - 1, place = 0; at >= from; at -= 1, place += 1) {
    const digit = digits[at] ?? 0;
    sum += place % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Where in the digits of a run groups begin and end; everywhere, where one is longer than any card number. */
function bordersOf(run: string): readonly number[] {
  const lengths = run.split(/[^0-9]/).map((group) => group.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (lengths.some((length) => length > cardDigitsMax)) return Array.from({ length: total + 1 }, (_, at) => at);
  const borders = [0];
  for (const length of lengths) borders.push((borders.at(-1) ?? 0) + length);
  return borders;
}

/** Whether whole groups of the digits may be a card number: other numbers may stand right beside it. */
function mayHoldCard(digits: readonly number[], borders: readonly number[]): boolean {
  return borders.some((from) =>
    borders.some((to) => {
      const length = to - from;
      return length >= cardDigitsMin && length <= cardDigitsMax && hasCheckDigit(digits, from, to);
    }),
  );
}

function maskRun(run: string): string {
  // Nobody reads as many digits in a row; looking for a card number in them would take long.
  if (run.length > runCharactersMax) return run.replace(/[0-9]/g, '*');
  const digits = Array.from(run.matchAll(/[0-9]/g), ([digit]) => digit.charCodeAt(0) - zero);
  return mayHoldCard(digits, bordersOf(run)) ? run.replace(/[0-9]/g, '*') : run;
}

/** The text with the digits of card numbers starred; the same string where there are none. */
function maskText(text: string): string {
  if (text.length < cardDigitsMin) return text;
  return text.replace(runs, maskRun);
}

/** Members that name things and hold no text of a page; their values may be long numbers by chance. */
const namesOnly: ReadonlySet<string> = new Set(['href', 'src', 'd', 'style', '_cssText', 'rr_dataURL', 'class', 'id']);

interface Found {
  isMasked: boolean;
}

function maskWithin(value: unknown, found: Found, depth: number): unknown {
  if (depth > nestingMax) throw new RangeError('nested too deeply');
  if (typeof value === 'string') {
    const masked = maskText(value);
    if (masked !== value) found.isMasked = true;
    return masked;
  }
  if (typeof value !== 'object' || value === null) return value;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    const inside = holder[key];
    const isText = typeof inside === 'string';
    if (isText ? namesOnly.has(key) : typeof inside !== 'object') continue;
    const masked = maskWithin(inside, found, depth + 1);
    if (masked !== inside) holder[key] = masked;
  }
  return value;
}

/**
 * Stars the digits of card numbers in every text of a parsed event, in place.
 * @returns whether there were any.
 * @throws RangeError where the value is nested deeper than any page.
 */
export function maskCardNumbers(event: unknown): boolean {
  const found: Found = { isMasked: false };
  maskWithin(event, found, 0);
  return found.isMasked;
}
