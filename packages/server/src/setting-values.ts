/** How the texts of settings are read: each gives a value, or nothing where the text is none. */

export interface Listen {
  readonly host: string;
  readonly port: number;
}

export function readListen(text: string): Listen | undefined {
  const match = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65_535) return undefined;
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

export function readRange(text: string): { readonly first: number; readonly last: number } | undefined {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  return match !== null && first >= 1024 && last <= 65_535 && last > first ? { first, last } : undefined;
}

export function wholeNumber(min: number, max: number): (text: string) => number | undefined {
  return (text) => (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined);
}

export function oneOf<T extends string>(...values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text.toLowerCase());
}

export function matching(pattern: RegExp): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined);
}

/** Entries with commas between them, each of which has to be good. */
export function listOf(isGood: (entry: string) => boolean): (text: string) => readonly string[] | undefined {
  return (text) => {
    const entries = text.split(',').map((entry) => entry.trim());
    return entries.every(isGood) ? entries : undefined;
  };
}

/** Some of these values, with commas between them. */
export function someOf<T extends string>(...values: readonly T[]): (text: string) => readonly T[] | undefined {
  return (text) => {
    const named = new Set(
      text
        .toLowerCase()
        .split(',')
        .map((entry) => entry.trim()),
    );
    const known = values.filter((value) => named.has(value));
    return known.length === named.size ? known : undefined;
  };
}

export function yesOrNo(text: string): boolean | undefined {
  const value = text.toLowerCase();
  return value === 'yes' ? true : value === 'no' ? false : undefined;
}

/** However people write it. */
export function onOrOff(text: string): boolean | undefined {
  const value = text.toLowerCase();
  if (['on', 'yes', 'true'].includes(value)) return true;
  return ['off', 'no', 'false'].includes(value) ? false : undefined;
}

/** Where identity tokens come from; by http only from this machine itself, where nobody is in between. */
export function readIssuer(text: string): string | undefined {
  const url = URL.parse(text);
  const isHere = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const isTaken = url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere);
  return isTaken && url.search === '' && url.hash === '' ? text : undefined;
}

export const text = (value: string): string | undefined => (value.length > 0 ? value : undefined);
