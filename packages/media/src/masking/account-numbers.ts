/** Account numbers as ISO 13616 writes them (IBAN): a country, the length that it has chosen, and a remainder of 1 by 97. */
import type { Span } from './span.ts';

/** Characters of an IBAN by country, as the registry of ISO 13616 lists them. */
const lengths: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((row) => [row.slice(0, 2), Number(row.slice(2))]),
);

const beginning = /(?<![\p{L}\p{N}])[A-Z]{2}[ -]?\d{2}/giu;
const behindNumber = /^[A-Z]{2}[ -]?\d{2}/i;
const character = /[A-Z0-9]/i;
const mark = /[\s-]/;

/** The remainder by 97, with the first four characters at the end and letters as 10 to 35. */
function remainder(iban: string): number {
  let rest = 0;
  for (const one of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(one, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** Where the IBAN ends that begins here, if it is one. */
function endOf(text: string, from: number): number | undefined {
  const length = lengths.get(text.slice(from, from + 2).toUpperCase());
  if (length === undefined) return undefined;
  let iban = '';
  let at = from;
  for (let marks = 0; iban.length < length; at += 1) {
    const one = text.charAt(at);
    if (character.test(one)) {
      iban += one;
      marks = 0;
    } else {
      marks += 1;
      if (marks > 1 || !mark.test(one)) return undefined;
    }
  }
  if (character.test(text.charAt(at))) return undefined;
  return remainder(iban) === 1 ? at : undefined;
}

/** Where account numbers stand in a text. @param others numbers that were found; one may stand right behind them. */
export function accountSpans(text: string, others: readonly Span[] = []): readonly Span[] {
  const starts = Array.from(text.matchAll(beginning), ({ index }) => index);
  // Rule: an account number is found behind another number, with nothing between them
  const behind = others.map(({ to }) => to).filter((at) => behindNumber.test(text.slice(at, at + 5)));
  return [...starts, ...behind].flatMap((from): readonly Span[] => {
    const to = endOf(text, from);
    return to === undefined ? [] : [{ from, to, mask: 'iban' }];
  });
}
