/** Payloads of a chaos run: each says of which stream it is and the how manieth, and the rest is noise of its own. */

export const payloadBytes = 160;
/** No byte of it is silence in either law, and no text contains it. */
const opening = Buffer.from([0xa7, 0x39, 0xd2, 0x5c, 0x8b, 0xe4]);
const headBytes = opening.length + 8;

export interface PayloadMark {
  readonly stream: number;
  readonly number: number;
}

/** Cheap noise without a period, so that no detector takes it for a tone. */
function fillWithNoise(payload: Buffer, seed: number): void {
  let state = (seed | 1) >>> 0;
  for (let at = headBytes; at < payloadBytes; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    payload[at] = state >>> 24;
  }
}

export function payloadOf({ stream, number }: PayloadMark): Buffer {
  const payload = Buffer.allocUnsafe(payloadBytes);
  opening.copy(payload);
  payload.writeUInt32BE(stream, opening.length);
  payload.writeUInt32BE(number, opening.length + 4);
  fillWithNoise(payload, Math.imul(stream, 65_599) + number);
  return payload;
}

/** The mark of a stored packet that ends with a payload of ours; `undefined` when it does not. */
export function markIn(packet: Uint8Array): PayloadMark | undefined {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const at = bytes.length - payloadBytes;
  if (at < 0 || bytes.compare(opening, 0, opening.length, at, at + opening.length) !== 0) return undefined;
  const mark = { stream: bytes.readUInt32BE(at + opening.length), number: bytes.readUInt32BE(at + opening.length + 4) };
  return payloadOf(mark).equals(bytes.subarray(at)) ? mark : undefined;
}

/** Whether a stored packet was silenced: noise can be taken for a key, and is masked then. */
export function isSilenced(packet: Uint8Array): boolean {
  const payload = packet.subarray(packet.length - payloadBytes);
  return payload.length === payloadBytes && payload.every((byte) => byte === payload[0]);
}

/** How many payloads begin in these bytes, as they are. */
export function countIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(opening); at >= 0; at = bytes.indexOf(opening, at + 1)) count += 1;
  return count;
}
