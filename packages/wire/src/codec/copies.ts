/** Whether a payload may carry a copy of what an earlier one carried, beside its own sound. */

/**
 * Whether an Opus packet may hold a low-rate copy of the frame before it (in-band FEC, RFC 6716 §2.1.7): only those of
 * the SILK and hybrid modes can, which the first five bits of a packet tell (§3.1).
 */
export function opusMayHoldCopy(payload: Uint8Array): boolean {
  const [first = 0] = payload;
  return first >> 3 < 16;
}

/**
 * The frames in an AMR or AMR-WB payload (RFC 4867 §4.3.2, §4.4.2), oldest first, copies of earlier ones among them;
 * the packet's timestamp is that of the first. At least one, at most as many as the payload has bytes.
 */
export function amrFrameCount(payload: Uint8Array, isOctetAligned: boolean): number {
  const bits = (at: number): number => ((payload[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
  const entryBits = isOctetAligned ? 8 : 6;
  let at = isOctetAligned ? 8 : 4;
  let count = 1;
  while (at + entryBits <= payload.length * 8 && bits(at) === 1) {
    count += 1;
    at += entryBits;
  }
  return count;
}
