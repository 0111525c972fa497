/** Chunk plaintext: units one after another, each with its arrival, flags and length. */
import { type Instant, instant, needs } from '@tacet/domain';
import type { UnitRun } from './unit-run.ts';

/** Bytes before each unit: u32 microseconds since the chunk's first arrival, u8 flags, u32 length; little endian. */
export const unitHeaderBytes = 9;
const anchorFlag = 1;
const maskedFlag = 2;

/** A unit as it comes back from a chunk. */
export interface StoredUnit {
  readonly arrivedAt: Instant;
  readonly isAnchor: boolean;
  /** Its payload was silenced by policy, and holds nothing that could be heard. */
  readonly isMasked?: boolean;
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

/** Which units of a run are meant, and when the chunk began that they are written into. */
export interface RunPart {
  readonly from: number;
  readonly count: number;
  readonly firstAt: Instant;
}

/** Writes units of a run at `offset` of `into`, which must have room; returns the offset behind them. */
export function writeRun(into: Buffer, offset: number, run: UnitRun, { from, count, firstAt }: RunPart): number {
  const { bytes, length, arrivals, first } = run;
  let at = offset;
  let source = run.offset + from * run.stride;
  for (let place = first + from; place < first + from + count; place += 1) {
    const delta = Math.round(((arrivals[place] ?? 0) - firstAt) * 1000);
    needs(delta >= 0 && delta <= 0xffffffff, 'units of a chunk arrive within an hour of its first');
    into.writeUInt32LE(delta, at);
    into[at + 4] = anchorFlag;
    into.writeUInt32LE(length, at + 5);
    at += unitHeaderBytes;
    // A view for each of them would cost more than the copy.
    bytes.copy(into, at, source, source + length);
    at += length;
    source += run.stride;
  }
  return at;
}

/** The offset behind the unit at `offset`. */
export function behindUnit(plain: Buffer, offset: number): number {
  return offset + unitHeaderBytes + plain.readUInt32LE(offset + 5);
}

/** Marks the unit at `offset` as silenced by policy; answers whether it was not yet. */
export function markMasked(plain: Buffer, offset: number): boolean {
  const flags = plain.readUInt8(offset + 4);
  plain.writeUInt8(flags | maskedFlag, offset + 4);
  return (flags & maskedFlag) === 0;
}

/** Reads the units of a chunk; `undefined` when the bytes are not a whole number of units. */
export function readUnits(plain: Buffer, firstAt: Instant): readonly StoredUnit[] | undefined {
  const units: StoredUnit[] = [];
  let offset = 0;
  while (offset < plain.length) {
    if (offset + unitHeaderBytes > plain.length) return undefined;
    const arrivedAt = instant(firstAt + plain.readUInt32LE(offset) / 1000);
    const flags = plain.readUInt8(offset + 4);
    const end = behindUnit(plain, offset);
    if (end > plain.length) return undefined;
    const unit = {
      arrivedAt,
      isAnchor: (flags & anchorFlag) !== 0,
      bytes: plain.subarray(offset + unitHeaderBytes, end),
    };
    units.push((flags & maskedFlag) === 0 ? unit : { ...unit, isMasked: true });
    offset = end;
  }
  return units;
}
