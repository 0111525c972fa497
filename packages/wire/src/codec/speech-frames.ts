/** Frames of speech codecs, taken out of RTP payloads as files of them want them: AMR (RFC 4867) and G.729 (RFC 3551). */

export interface AmrShape {
  readonly isWideband: boolean;
  readonly isOctetAligned: boolean;
}

/** Bits of speech by frame type (RFC 4867 §3.6; 3GPP TS 26.101, 26.201); what is not here carries none. */
const narrowBits: readonly number[] = [95, 103, 118, 134, 148, 159, 204, 244, 39];
const wideBits: readonly number[] = [132, 177, 253, 285, 317, 365, 397, 461, 477, 40];
const noData = 15;

/** The first bytes of a file (RFC 4867 §5). */
export function amrStorageHead(isWideband: boolean): Uint8Array {
  return new TextEncoder().encode(isWideband ? '#!AMR-WB\n' : '#!AMR\n');
}

function bitAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
}

function bitsAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let bit = 0; bit < count; bit += 1) value = (value << 1) | bitAt(bytes, at + bit);
  return value;
}

/** A frame as a file has it (§5.3): a byte that says its type, and its bits from a byte's beginning on. */
function storedFrame(payload: Uint8Array, at: number, bits: number, head: number): Uint8Array {
  const frame = new Uint8Array(1 + Math.ceil(bits / 8));
  frame[0] = head;
  for (let bit = 0; bit < bits; bit += 1) {
    const place = 1 + (bit >> 3);
    frame[place] = (frame[place] ?? 0) | (bitAt(payload, at + bit) << (7 - (bit & 7)));
  }
  return frame;
}

/** The frames of a payload in either packing (§4.3, §4.4), each of 20 ms; none when it does not add up. */
export function amrFrames(payload: Uint8Array, { isWideband, isOctetAligned }: AmrShape): readonly Uint8Array[] {
  const end = payload.length * 8;
  const sizes = isWideband ? wideBits : narrowBits;
  const entries: { readonly type: number; readonly isGood: number }[] = [];
  let at = isOctetAligned ? 8 : 4;
  for (let hasMore = 1; hasMore === 1; ) {
    if (at + 6 > end) return [];
    hasMore = bitAt(payload, at);
    entries.push({ type: bitsAt(payload, at + 1, 4), isGood: bitAt(payload, at + 5) });
    at += isOctetAligned ? 8 : 6;
  }
  const frames: Uint8Array[] = [];
  for (const { type, isGood } of entries) {
    const bits = sizes[type] ?? 0;
    if (at + bits > end) return [];
    const kept = bits === 0 ? noData : type;
    frames.push(storedFrame(payload, at, bits, (kept << 3) | (isGood << 2)));
    at += isOctetAligned ? Math.ceil(bits / 8) * 8 : bits;
  }
  return frames;
}

const g729FrameBytes = 10;

/** Whole frames of 10 ms; a frame of comfort noise at the end (annex B, 2 bytes) is left out. */
export function g729Frames(payload: Uint8Array): readonly Uint8Array[] {
  const count = Math.floor(payload.length / g729FrameBytes);
  return Array.from({ length: count }, (_, n) => payload.subarray(n * g729FrameBytes, (n + 1) * g729FrameBytes));
}
