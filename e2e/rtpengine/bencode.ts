/** Bencoding, in which rtpengine is spoken to: numbers, texts, lists and dictionaries. */

export type Bencoded = number | string | readonly Bencoded[] | { readonly [key: string]: Bencoded };

export function encode(value: Bencoded): string {
  if (typeof value === 'number') return `i${value}e`;
  if (typeof value === 'string') return `${Buffer.byteLength(value)}:${value}`;
  if (Array.isArray(value)) return `l${value.map(encode).join('')}e`;
  // Keys stand in the order of their bytes.
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `d${members.map(([key, member]) => encode(key) + encode(member)).join('')}e`;
}

/** @throws Error when the bytes break off or are something else. */
export function decode(bytes: Buffer): Bencoded {
  return new Reader(bytes).value();
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  value(): Bencoded {
    const kind = String.fromCharCode(this.#bytes[this.#at] ?? 0);
    if (kind === 'i') return Number(this.#take(1, 'e'));
    if (kind !== 'l' && kind !== 'd') return this.#text();
    this.#at += 1;
    const values: Bencoded[] = [];
    while (this.#bytes[this.#at] !== 'e'.charCodeAt(0)) values.push(this.value());
    this.#at += 1;
    if (kind === 'l') return values;
    const pairs = values.flatMap((key, place) => (place % 2 === 0 ? [[String(key), values[place + 1] ?? '']] : []));
    return Object.fromEntries(pairs) as { readonly [key: string]: Bencoded };
  }

  #text(): string {
    const length = Number(this.#take(0, ':'));
    const from = this.#at;
    this.#at += length;
    if (Number.isNaN(length) || this.#at > this.#bytes.length) throw new Error('This is not bencoded.');
    return this.#bytes.toString('utf8', from, this.#at);
  }

  #take(skip: number, end: string): string {
    const to = this.#bytes.indexOf(end, this.#at);
    if (to < 0) throw new Error('This is not bencoded.');
    const text = this.#bytes.toString('latin1', this.#at + skip, to);
    this.#at = to + 1;
    return text;
  }
}
