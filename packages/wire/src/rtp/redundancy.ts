/** Redundant audio (RFC 2198): one packet with its own payload and copies of earlier ones, read and blanked in place. */
import { rtpLimits } from './limits.ts';

/** One block; offsets count from the start of the packet. */
export interface RedBlock {
  readonly payloadType: number;
  /** Ticks by which its time lies before the packet's; 0 for the primary block. */
  readonly ticksBefore: number;
  readonly headerOffset: number;
  readonly offset: number;
  readonly bytes: number;
}

const laterHeaderBytes = 4;

/**
 * The blocks of a payload, oldest first as they stand there; the last one is the primary. Undefined when the lengths
 * do not add up.
 */
export function readRedBlocks(bytes: Uint8Array, offset: number, length: number): readonly RedBlock[] | undefined {
  const end = offset + length;
  if (offset < 0 || end > bytes.length) return undefined;
  const heads: Omit<RedBlock, 'offset'>[] = [];
  let at = offset;
  for (;;) {
    const first = bytes[at];
    if (first === undefined || at >= end || heads.length >= rtpLimits.redBlocksMax) return undefined;
    const payloadType = first & 0x7f;
    if ((first & 0x80) === 0) {
      heads.push({ payloadType, ticksBefore: 0, headerOffset: at, bytes: 0 });
      at += 1;
      break;
    }
    if (at + laterHeaderBytes > end) return undefined;
    const [second = 0, third = 0, fourth = 0] = bytes.subarray(at + 1, at + laterHeaderBytes);
    const ticksBefore = (second << 6) | (third >> 2);
    heads.push({ payloadType, ticksBefore, headerOffset: at, bytes: ((third & 3) << 8) | fourth });
    at += laterHeaderBytes;
  }
  const blocks: RedBlock[] = [];
  for (const [place, head] of heads.entries()) {
    const isPrimary = place === heads.length - 1;
    const size = isPrimary ? end - at : head.bytes;
    if (size < 0 || at + size > end) return undefined;
    blocks.push({ ...head, offset: at, bytes: size });
    at += size;
  }
  return blocks;
}

/**
 * Overwrites a redundant block. Its time is set to the packet's own, where no copy can belong: so nobody takes the
 * zeros for sound.
 */
export function blankRedBlock(bytes: Uint8Array, block: RedBlock): void {
  bytes.fill(0, block.offset, block.offset + block.bytes);
  if (block.ticksBefore === 0) return;
  bytes[block.headerOffset + 1] = 0;
  bytes[block.headerOffset + 2] = (bytes[block.headerOffset + 2] ?? 0) & 0x03;
}
