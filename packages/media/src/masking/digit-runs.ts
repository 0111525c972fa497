/** Runs of digits in a text, in any script, with the marks that people put between groups of them. */

export interface Digit {
  readonly value: number;
  readonly from: number;
  readonly to: number;
  /** Nothing but a mark, or nothing at all, stands before it. */
  readonly beginsGroup: boolean;
}

export type DigitRun = readonly Digit[];

/** People write `4111 - 1111`; more between two digits, and they are no number. */
const marksMax = 3;
/** Spaces, dashes of every kind, dots, underscores, and what has no width. */
const mark = /^[\s\p{Pd}._·\u00ad\u200b-\u200d\u2060]$/u;
const digit = /^\p{Nd}$/u;

function isDigit(codePoint: number): boolean {
  if (codePoint < 0x80) return codePoint >= 0x30 && codePoint <= 0x39;
  return digit.test(String.fromCodePoint(codePoint));
}

/** Digits stand in Unicode ten in a row from zero on; some rows follow one another. */
function digitValue(codePoint: number): number {
  if (codePoint < 0x80) return codePoint - 0x30;
  let first = codePoint;
  while (isDigit(first - 1)) first -= 1;
  return (codePoint - first) % 10;
}

function isMark(codePoint: number): boolean {
  if (codePoint < 0x80) return codePoint <= 0x20 || codePoint === 0x2d || codePoint === 0x2e || codePoint === 0x5f;
  return mark.test(String.fromCodePoint(codePoint));
}

/** Every run of a text, in order. Takes time in proportion to the text, whatever it says. */
export function digitRuns(text: string): readonly DigitRun[] {
  const runs: Digit[][] = [];
  let run: Digit[] | undefined;
  let marks = 0;
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at) ?? 0;
    const to = at + (codePoint > 0xffff ? 2 : 1);
    if (isDigit(codePoint)) {
      const beginsGroup = run === undefined || marks > 0;
      if (run === undefined) {
        run = [];
        runs.push(run);
      }
      run.push({ value: digitValue(codePoint), from: at, to, beginsGroup });
      marks = 0;
    } else {
      marks += 1;
      if (marks > marksMax || !isMark(codePoint)) run = undefined;
    }
    at = to;
  }
  return runs;
}
