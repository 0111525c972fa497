/**
 * Seeded mutation: an endless variety of damaged messages that is the same on every machine for the same seed.
 * A failing input is found again by its seed and its number alone, so nothing has to be stored to repeat it.
 */

/** The longest input that is made: just past the largest datagram, so that upper limits are crossed too. */
const inputBytesMax = 70_000;

/** How many changes one input receives at most; most receive one or two, since a parser gives up at the first fault. */
const changesMax = 4;

/** Bytes that separate, quote, fold or end something in a text protocol, or sit at the edge of a number range. */
const edgeBytes: readonly number[] = [
  ...[0x00, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x25, 0x2c, 0x3a, 0x3b],
  ...[0x3c, 0x3d, 0x3e, 0x40, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0xc0, 0xff],
];

/** Draws whole numbers below a bound. */
type Draw = (below: number) => number;

/** One way to damage bytes; `corpus` lends material from other messages. */
type Mutation = (bytes: Uint8Array, draw: Draw, corpus: readonly Uint8Array[]) => Uint8Array;

/** A small generator (splitmix over 32 bits): good spread, no state outside of it. */
function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    mixed = (mixed ^ (mixed >>> 15)) >>> 0;
    return below <= 1 ? 0 : mixed % below;
  };
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function withByte(bytes: Uint8Array, draw: Draw, change: (old: number) => number): Uint8Array {
  const copy = bytes.slice();
  const at = draw(copy.length);
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

/** A random stretch of the bytes, as [from, to). */
function stretch(bytes: Uint8Array, draw: Draw, longest: number): readonly [number, number] {
  const from = draw(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + draw(longest))];
}

/** The lines of a text message, each with its line end; binary input is one or few long lines. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 0x0a) {
      lines.push(bytes.subarray(from, at + 1));
      from = at + 1;
    }
  }
  if (from < bytes.length) lines.push(bytes.subarray(from));
  return lines;
}

const flipBit: Mutation = (bytes, draw) => withByte(bytes, draw, (old) => old ^ (1 << draw(8)));
const setByte: Mutation = (bytes, draw) => withByte(bytes, draw, () => draw(256));
const setEdgeByte: Mutation = (bytes, draw) => withByte(bytes, draw, () => edgeBytes[draw(edgeBytes.length)] ?? 0);
const truncate: Mutation = (bytes, draw) => bytes.slice(0, draw(bytes.length));

const remove: Mutation = (bytes, draw) => {
  const [from, to] = stretch(bytes, draw, 64);
  return joined(bytes.subarray(0, from), bytes.subarray(to));
};

const insertEdgeBytes: Mutation = (bytes, draw) => {
  const at = draw(bytes.length + 1);
  const added = new Uint8Array(1 + draw(8)).fill(edgeBytes[draw(edgeBytes.length)] ?? 0);
  return joined(bytes.subarray(0, at), added, bytes.subarray(at));
};

const duplicate: Mutation = (bytes, draw) => {
  const [from, to] = stretch(bytes, draw, 512);
  const copies = Array.from({ length: 1 + draw(draw(8) === 0 ? 200 : 4) }, () => bytes.subarray(from, to));
  return joined(bytes.subarray(0, to), ...copies, bytes.subarray(to));
};

const duplicateLine: Mutation = (bytes, draw) => {
  const lines = linesOf(bytes);
  const at = draw(lines.length);
  const line = lines[at] ?? new Uint8Array();
  return joined(...lines.slice(0, at), line, ...lines.slice(at));
};

const removeLine: Mutation = (bytes, draw) => {
  const lines = linesOf(bytes);
  const at = draw(lines.length);
  return joined(...lines.slice(0, at), ...lines.slice(at + 1));
};

const swapLines: Mutation = (bytes, draw) => {
  const lines = linesOf(bytes).slice();
  const [a, b] = [draw(lines.length), draw(lines.length)];
  const [lineA, lineB] = [lines[a] ?? new Uint8Array(), lines[b] ?? new Uint8Array()];
  lines[a] = lineB;
  lines[b] = lineA;
  return joined(...lines);
};

/** Raises, empties or overflows a run of digits: lengths, ports, counts and sequence numbers live in them. */
const changeNumber: Mutation = (bytes, draw) => {
  const isDigit = (at: number): boolean => (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39;
  let from = draw(bytes.length);
  while (from < bytes.length && !isDigit(from)) from += 1;
  let to = from;
  while (to < bytes.length && isDigit(to)) to += 1;
  const choices = ['', '0', '-1', '65535', '65536', '4294967296', '99999999999999999999', String(draw(1_000_000))];
  const number = new TextEncoder().encode(choices[draw(choices.length)] ?? '');
  return joined(bytes.subarray(0, from), number, bytes.subarray(to));
};

const splice: Mutation = (bytes, draw, corpus) => {
  const other = corpus[draw(corpus.length)] ?? new Uint8Array();
  return joined(bytes.subarray(0, draw(bytes.length + 1)), other.subarray(draw(other.length + 1)));
};

const borrow: Mutation = (bytes, draw, corpus) => {
  const other = corpus[draw(corpus.length)] ?? new Uint8Array();
  const [from, to] = stretch(other, draw, 256);
  const at = draw(bytes.length + 1);
  return joined(bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(at));
};

const ways: readonly Mutation[] = [
  ...[flipBit, setByte, setEdgeByte, truncate, remove, insertEdgeBytes, duplicate],
  ...[duplicateLine, removeLine, swapLines, changeNumber, splice, borrow],
];

/**
 * Makes `count` damaged versions of the corpus files: byte flips, truncations, splices, duplications, moved lines,
 * changed numbers. The same seed and corpus always give the same inputs in the same order; the corpus itself is
 * never changed. An input is at most 70,000 bytes and may be empty. An empty corpus gives empty inputs.
 */
export function* mutations(seed: number, corpus: readonly Uint8Array[], count: number): Generator<Uint8Array> {
  const draw = drawFrom(seed);
  for (let made = 0; made < count; made += 1) {
    // A plain copy: `slice` of a Buffer would be a view, through which the corpus itself would be damaged.
    let bytes: Uint8Array = new Uint8Array(corpus[draw(corpus.length)] ?? []);
    const changes = 1 + draw(1 + draw(changesMax));
    for (let change = 0; change < changes; change += 1) {
      bytes = ways[draw(ways.length)]?.(bytes, draw, corpus) ?? bytes;
    }
    yield bytes.slice(0, inputBytesMax);
  }
}
