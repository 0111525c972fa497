/** Chunk plaintext: units one after another, each with its arrival, flags and length. */
import { type Instant, instant, needs } from '@tacet/domain';

/** Bytes before each unit: u32 microseconds since the chunk's first arrival, u8 flags, u32 length; little endian. */
export const unitHeaderBytes = 9;
const anchorFlag = 1;

/** A unit as it comes back from a chunk. */
export interface StoredUnit {
  readonly arrivedAt: Instant;
  readonly isAnchor: boolean;
  readonly bytes: Uint8Array;
}

/** Writes one unit at `offset` of `into`, which must have room; returns the offset behind it. */
export function writeUnit(into: Buffer, offset: number, unit: StoredUnit, firstAt: Instant): number {
  const delta = Math.round((unit.arrivedAt - firstAt) * 1000);
  needs(delta >= 0 && delta <= 0xffffffff, 'units of a chunk arrive within an hour of its first');
  into.writeUInt32LE(delta, offset);
  into.writeUInt8(unit.isAnchor ? anchorFlag : 0, offset + 4);
  into.writeUInt32LE(unit.bytes.length, offset + 5);
  into.set(unit.bytes, offset + unitHeaderBytes);
  return offset + unitHeaderBytes + unit.bytes.length;
}

/** Reads the units of a chunk; `undefined` when the bytes are not a whole number of units. */
export function readUnits(plain: Buffer, firstAt: Instant): readonly StoredUnit[] | undefined {
  const units: StoredUnit[] = [];
  let offset = 0;
  while (offset < plain.length) {
    if (offset + unitHeaderBytes > plain.length) return undefined;
    const arrivedAt = instant(firstAt + plain.readUInt32LE(offset) / 1000);
    const isAnchor = (plain.readUInt8(offset + 4) & anchorFlag) !== 0;
    const end = offset + unitHeaderBytes + plain.readUInt32LE(offset + 5);
    if (end > plain.length) return undefined;
    units.push({ arrivedAt, isAnchor, bytes: plain.subarray(offset + unitHeaderBytes, end) });
    offset = end;
  }
  return units;
}
