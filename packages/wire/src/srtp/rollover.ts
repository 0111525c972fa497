/** The 48-bit index of a packet from its 16-bit number and the highest index so far (RFC 3711 §3.3.1, appendix A). */

export const sequenceSpan = 0x1_0000;
const half = 0x8000;

/** @returns the likeliest index; below zero for a packet from before the counter began, which nobody has sent. */
export function estimateIndex(highest: number, sequence: number): number {
  const last = highest % sequenceSpan;
  const base = highest - last + sequence;
  if (last < half) return sequence - last > half ? base - sequenceSpan : base;
  return last - half > sequence ? base + sequenceSpan : base;
}
