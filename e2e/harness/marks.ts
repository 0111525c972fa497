/** Frames that can be told apart wherever they turn up: 160 bytes of µ-law, eight of them repeated twenty times. */

/** Payload of 20 ms at 8,000 Hz. */
export const frameBytes = 160;
export const frameMs = 20;

/**
 * The first bytes of every mark. Neither they nor the numbers behind them contain 0x7f or 0xff, which are both zero in
 * µ-law: whatever is decoded can be encoded again without loss.
 */
const opening = Buffer.from([0xa7, 0x39, 0xd2, 0x5c, 0x8b]);
const markBytes = 8;
const digitBase = 100;
const digitOffset = 0x10;

export interface Mark {
  readonly stream: number;
  readonly number: number;
}

/** A mark and where it begins. */
export interface FoundMark extends Mark {
  readonly at: number;
}

function markOf({ stream, number }: Mark): Buffer {
  const digits = [stream, Math.floor(number / digitBase), number % digitBase];
  if (digits.some((digit) => digit >= digitBase)) throw new Error('A mark has no room for that number.');
  return Buffer.concat([opening, Buffer.from(digits.map((digit) => digit + digitOffset))]);
}

/** The payload of a frame. */
export function frameOf(mark: Mark): Buffer {
  return Buffer.alloc(frameBytes, markOf(mark));
}

function readMark(bytes: Buffer, at: number): FoundMark | undefined {
  const digits = [...bytes.subarray(at + opening.length, at + markBytes)].map((byte) => byte - digitOffset);
  const [stream, high, low] = digits;
  if (stream === undefined || high === undefined || low === undefined) return undefined;
  if (digits.some((digit) => digit < 0 || digit >= digitBase)) return undefined;
  return { at, stream, number: high * digitBase + low };
}

/** Every mark in `bytes`, wherever it begins; even eight bytes of a frame are found. */
export function* marksIn(bytes: Buffer): Generator<FoundMark> {
  for (let at = bytes.indexOf(opening); at >= 0; at = bytes.indexOf(opening, at + 1)) {
    const mark = readMark(bytes, at);
    if (mark !== undefined) yield mark;
  }
}

/** A run of the same mark without a break. */
export interface FoundFrame extends FoundMark {
  readonly length: number;
}

/** The frames in `bytes`; one that was cut off at an edge is shorter than `frameBytes`. */
export function framesIn(bytes: Buffer): readonly FoundFrame[] {
  const frames: { at: number; stream: number; number: number; length: number }[] = [];
  for (const mark of marksIn(bytes)) {
    const last = frames.at(-1);
    const goesOn = last?.stream === mark.stream && last.number === mark.number && last.at + last.length === mark.at;
    if (goesOn && last !== undefined) last.length += markBytes;
    else frames.push({ ...mark, length: markBytes });
  }
  return frames;
}

/** How the opening of a mark looks in text that was made of bytes: hexadecimal, and as a list of numbers. */
export const openingAsText: readonly string[] = [opening.toString('hex'), [...opening].join(',')];

/** How a frame looks in Base64, wherever in a group of three bytes it begins. */
export function base64Of(mark: Mark): readonly string[] {
  const twice = Buffer.concat([markOf(mark), markOf(mark)]);
  return [0, 1, 2].map((skip) => twice.subarray(skip, skip + 12).toString('base64'));
}
