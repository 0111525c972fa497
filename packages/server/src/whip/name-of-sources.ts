/** The source description that goes with a sender report (RFC 3550 §6.5): by it, streams of one clock find together. */

const descriptionType = 202;
const nameItem = 1;

/** @param name ASCII, shorter than 200 characters. */
export function nameOfSources(ssrc: number, name: string): Uint8Array {
  const words = Math.ceil((4 + 4 + 2 + name.length + 1) / 4);
  const bytes = Buffer.alloc(words * 4);
  bytes[0] = 0x81;
  bytes[1] = descriptionType;
  bytes.writeUInt16BE(words - 1, 2);
  bytes.writeUInt32BE(ssrc, 4);
  bytes[8] = nameItem;
  bytes[9] = name.length;
  bytes.write(name, 10, 'latin1');
  return bytes;
}
