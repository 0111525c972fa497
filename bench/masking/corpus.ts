/** Texts of our own with numbers in them: those that must not be kept, and those that look like them. All are made up. */

export interface Case {
  readonly kind: string;
  /** Written one after another by the same writer. */
  readonly texts: readonly string[];
  /** What must not be left in the last text; absent where nothing is to be masked. */
  readonly secret?: string;
}

const perKind = 500;

/** The same numbers in every run (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random(10)).join('');
}

function pick<T>(random: Random, from: readonly T[], fallback: T): T {
  return from[random(from.length)] ?? fallback;
}

function checkDigit(payload: string): number {
  let sum = 0;
  for (let place = 0; place < payload.length; place += 1) {
    const value = Number(payload.charAt(payload.length - 1 - place));
    const doubled = place % 2 === 0 ? value * 2 : value;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

const beginnings: readonly (readonly [beginning: string, length: number])[] = [
  ['4', 16],
  ['4', 13],
  ['4', 19],
  ['51', 16],
  ['55', 16],
  ['2221', 16],
  ['34', 15],
  ['37', 15],
  ['36', 14],
  ['6011', 16],
  ['65', 16],
  ['3530', 16],
  ['62', 19],
  ['6304', 18],
];

function card(random: Random): string {
  const [beginning, length] = pick(random, beginnings, ['4', 16]);
  const payload = beginning + digits(random, length - 1 - beginning.length);
  return payload + checkDigit(payload);
}

function grouped(number: string, mark: string): string {
  if (number.length === 15) return [number.slice(0, 4), number.slice(4, 10), number.slice(10)].join(mark);
  return number.replace(/.{4}(?=.)/g, `$&${mark}`);
}

const sentences: readonly ((number: string) => string)[] = [
  (number) => number,
  (number) => `My card number is ${number}, thanks`,
  (number) => `Meine Karte: ${number}. Gültig bis 12/28`,
  (number) => `mi tarjeta es ${number}`,
  (number) => `Order 20417: please charge ${number} today`,
  (number) => `Voici le numéro : ${number}`,
  (number) => `call me at +49 30 1234567 or use (${number})`,
];

function said(random: Random, number: string): string {
  return pick(random, sentences, String)(number);
}

function many(kind: string, seed: number, make: (random: Random) => Omit<Case, 'kind'>): readonly Case[] {
  const random = randomFrom(seed);
  return Array.from({ length: perKind }, () => ({ kind, ...make(random) }));
}

function cardAs(kind: string, seed: number, write: (number: string) => string): readonly Case[] {
  return many(kind, seed, (random) => {
    const written = write(card(random));
    return { texts: [said(random, written)], secret: written };
  });
}

const codeSentences: readonly ((code: string) => string)[] = [
  (code) => `cvv ${code}`,
  (code) => `The CVC is ${code}.`,
  (code) => `security code on the back: ${code}`,
  (code) => `Die Prüfziffer ist ${code}`,
  (code) => `Kartenprüfnummer=${code}`,
  (code) => `mi código de seguridad es ${code}`,
  (code) => `cryptogramme visuel : ${code}`,
  (code) => `il codice di sicurezza è ${code}`,
  (code) => `${code} is the cvv`,
  (code) => `cvv2:${code}`,
];

const ibanShapes: readonly (readonly [country: string, digits: number])[] = [
  ['DE', 18],
  ['ES', 20],
  ['AT', 16],
  ['BE', 12],
  ['PL', 24],
  ['PT', 21],
  ['CH', 17],
];

function iban(random: Random): string {
  const [country, count] = pick(random, ibanShapes, ['DE', 18]);
  const account = digits(random, count);
  const letters = [...country].map((letter) => Number.parseInt(letter, 36)).join('');
  const check = 98n - (BigInt(`${account}${letters}00`) % 97n);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}

/** What must not be kept. The last kinds are known to be missed; they are here so that nobody thinks otherwise. */
export function positives(): readonly Case[] {
  return [
    ...cardAs('card, digits alone', 1, (number) => number),
    ...cardAs('card, in groups with spaces', 2, (number) => grouped(number, ' ')),
    ...cardAs('card, in groups with dashes', 3, (number) => grouped(number, '-')),
    ...cardAs('card, in groups with other marks (. – no-break space)', 4, (number) => grouped(number, ' – ')),
    ...cardAs('card, every digit by itself', 5, (number) => [...number].join(' ')),
    ...cardAs('card, over several lines', 6, (number) => grouped(number, '\n')),
    ...many('card, second part in a message of its own', 7, (random) => {
      const [number, at] = [card(random), 4 * (1 + random(2))];
      return { texts: [`it is ${number.slice(0, at)}`, number.slice(at)], secret: number.slice(at) };
    }),
    ...many('code near its cue, six languages', 8, (random) => {
      const code = digits(random, 3 + random(2));
      return { texts: [pick(random, codeSentences, String)(code)], secret: code };
    }),
    ...many('code as an answer', 9, (random) => {
      const code = digits(random, 3);
      return { texts: ['And the security code, please?', code], secret: code };
    }),
    ...many('account number, together', 10, (random) => {
      const number = iban(random);
      return { texts: [said(random, number)], secret: number };
    }),
    ...many('account number, in groups', 11, (random) => {
      const number = grouped(iban(random), ' ');
      return { texts: [said(random, number)], secret: number };
    }),
    ...cardAs('missed: card with slashes or letters between its groups', 12, (number) => grouped(number, ' / x ')),
    ...many('missed: second part behind other words', 13, (random) => {
      const number = card(random);
      return { texts: [number.slice(0, 8), `and then ${number.slice(8)}`], secret: number.slice(8) };
    }),
    { kind: 'missed: a number in words', texts: ['four one one one, one one one one'], secret: 'one one one one' },
  ];
}

function other(kind: string, seed: number, make: (random: Random) => string): readonly Case[] {
  return many(kind, seed, (random) => ({ texts: [make(random)] }));
}

function date(random: Random): Date {
  return new Date(1_600_000_000_000 + random(300_000_000) * 1_000 + random(1_000));
}

/** What is no card, code or account, and must stay readable. */
export function negatives(): readonly Case[] {
  return [
    ...other('order numbers of 8 to 12 digits', 21, (random) => `Your order ${digits(random, 8 + random(5))} was sent`),
    ...other('order numbers of 16 digits', 22, (random) => `Order no. ${digits(random, 16)}`),
    ...other(
      'phone numbers',
      23,
      (random) => `+${1 + random(98)} ${digits(random, 3)} ${digits(random, 7)}, or 0${digits(random, 10)}`,
    ),
    ...other(
      'two phone numbers side by side',
      24,
      (random) => `0${digits(random, 3)} ${digits(random, 7)} 0${digits(random, 3)} ${digits(random, 7)}`,
    ),
    ...other('timestamps, ISO 8601', 25, (random) => `since ${date(random).toISOString()}`),
    ...other('timestamps, digits alone', 26, (random) => `log_${date(random).toISOString().replace(/\D/g, '')}`),
    ...other(
      'milliseconds and microseconds since 1970',
      27,
      (random) => `${date(random).getTime()} ${date(random).getTime()}${digits(random, 3)}`,
    ),
    ...other('tracking numbers (12, 15, 20, 22 digits, 1Z…)', 28, (random) => {
      const count = pick(random, [12, 15, 20], 20);
      return `parcel ${pick(random, [digits(random, count), `9400${digits(random, 18)}`, `1Z${digits(random, 16)}`], '')}`;
    }),
    ...other('device numbers (IMEI, with a check digit)', 29, (random) => {
      const payload = `35${digits(random, 12)}`;
      return `IMEI ${payload}${checkDigit(payload)}`;
    }),
    ...other(
      'book and article numbers (13 digits)',
      30,
      (random) => `ISBN 978-${digits(random, 1)}-${digits(random, 4)}-${digits(random, 4)}-${digits(random, 1)}`,
    ),
    ...other('UUIDs', 31, (random) => {
      const hex = Array.from({ length: 32 }, () => random(16).toString(16)).join('');
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    }),
    ...other(
      'short numbers without a cue',
      32,
      (random) => `room ${digits(random, 3)}, code ${digits(random, 4)}, in 20${digits(random, 2)}`,
    ),
    ...other(
      'words that contain a cue',
      33,
      (random) => `The CVVX series ${digits(random, 4)} of cvs${digits(random, 3)}`,
    ),
    ...other(
      'account-like references',
      34,
      (random) => `RF${digits(random, 2)} DE${digits(random, 20)} AB${digits(random, 10)}`,
    ),
  ];
}
