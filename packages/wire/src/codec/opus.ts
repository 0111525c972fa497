/** How long an Opus packet sounds, by its first bytes (RFC 6716 §3.1). */

const speechMs = [10, 20, 40, 60] as const;
const hybridMs = [10, 20] as const;
const musicMs = [2.5, 5, 10, 20] as const;
/** RFC 6716 §3.2.5: no packet sounds longer. */
const packetMsMax = 120;

function frameMs(config: number): number {
  if (config < 12) return speechMs[config & 3] ?? 0;
  if (config < 16) return hybridMs[config & 1] ?? 0;
  return musicMs[config & 3] ?? 0;
}

/** @returns 0 for an empty packet, and never more than 120. */
export function opusPacketMs(packet: Uint8Array): number {
  const [toc, second = 0] = packet;
  if (toc === undefined) return 0;
  const code = toc & 3;
  const count = code === 0 ? 1 : code === 3 ? second & 0x3f : 2;
  return Math.min(packetMsMax, count * frameMs(toc >> 3));
}
