/** VP8 in RTP (RFC 7741): where a frame lies in its packets, and which of them can be understood without earlier ones. */

/** What a packet says of its frame. */
export interface Vp8Packet {
  /** Where the frame's own bytes begin in the packet. */
  readonly at: number;
  /** It holds the first bytes of a frame (RFC 7741 §4.2: S is 1 and PID is 0). */
  readonly isStart: boolean;
  /** Only the start says so: the frame needs no earlier one (RFC 7741 §4.3: P is 0). */
  readonly isKeyFrame: boolean;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Bytes of the descriptor (RFC 7741 §4.2), which is 1 to 6 long; `undefined` where the payload ends within it. */
function descriptorBytes(bytes: Uint8Array, from: number, to: number): number | undefined {
  const first = bytes[from] ?? 0;
  if ((first & 0x80) === 0) return from + 1 < to ? 1 : undefined;
  const extension = bytes[from + 1] ?? 0;
  let length = 2;
  if ((extension & 0x80) !== 0) length += ((bytes[from + 2] ?? 0) & 0x80) === 0 ? 1 : 2;
  if ((extension & 0x40) !== 0) length += 1;
  // TID and KEYIDX share a byte.
  if ((extension & 0x30) !== 0) length += 1;
  return from + length < to ? length : undefined;
}

/**
 * Reads the descriptor of a payload that lies in `bytes` from `from` up to `to`.
 * @returns `undefined` where there is no VP8 behind it.
 */
export function readVp8Packet(bytes: Uint8Array, from: number, to: number): Vp8Packet | undefined {
  const end = Math.min(to, bytes.length);
  const length = descriptorBytes(bytes, from, end);
  if (length === undefined) return undefined;
  const at = from + length;
  const isStart = ((bytes[from] ?? 0) & 0x17) === 0x10;
  return { at, isStart, isKeyFrame: isStart && ((bytes[at] ?? 1) & 1) === 0 };
}

/** Whether a payload begins a key frame; for every packet of a stream, so that it makes nothing. */
export function startsVp8KeyFrame(bytes: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, bytes.length);
  if (((bytes[from] ?? 0) & 0x17) !== 0x10) return false;
  const length = descriptorBytes(bytes, from, end);
  return length !== undefined && ((bytes[from + length] ?? 1) & 1) === 0;
}

/** The size that a whole key frame has (RFC 6386 §9.1); `undefined` where it is none. */
export function vp8PictureSize(frame: Uint8Array): PictureSize | undefined {
  if (frame.length < 10 || ((frame[0] ?? 1) & 1) !== 0) return undefined;
  if (frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return undefined;
  const width = ((frame[6] ?? 0) | ((frame[7] ?? 0) << 8)) & 0x3fff;
  const height = ((frame[8] ?? 0) | ((frame[9] ?? 0) << 8)) & 0x3fff;
  return width === 0 || height === 0 ? undefined : { width, height };
}
