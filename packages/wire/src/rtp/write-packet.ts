/** RTP packets for senders: the demo client and the tests. The recorder itself sends none. */

/** What a sender says in a packet. Numbers are cut to the bits they have on the wire. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker?: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
  /** Contributing sources, at most 15; more are left out. */
  readonly csrcs?: readonly number[];
  /** Header extension; its content is filled up with zeros to whole words of 4 bytes. */
  readonly extension?: { readonly profile: number; readonly content: Uint8Array };
  /** Bytes of padding, 0 to 255, the count byte included. */
  readonly paddingBytes?: number;
}

/** Makes the bytes of a packet (RFC 3550 §5.1). */
export function writeRtpPacket(packet: RtpPacket): Uint8Array {
  const { csrcs = [], extension, paddingBytes = 0 } = packet;
  const sources = csrcs.slice(0, 15);
  const extensionWords = extension === undefined ? 0 : Math.min(Math.ceil(extension.content.length / 4), 0xffff);
  const extensionAt = 12 + sources.length * 4;
  const payloadAt = extensionAt + (extension === undefined ? 0 : 4 + extensionWords * 4);
  const padding = paddingBytes & 0xff;
  const bytes = new Uint8Array(payloadAt + packet.payload.length + padding);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x80 | (padding > 0 ? 0x20 : 0) | (extension === undefined ? 0 : 0x10) | sources.length);
  view.setUint8(1, (packet.marker === true ? 0x80 : 0) | (packet.payloadType & 0x7f));
  view.setUint16(2, packet.sequence & 0xffff);
  view.setUint32(4, packet.timestamp >>> 0);
  view.setUint32(8, packet.ssrc >>> 0);
  for (const [index, source] of sources.entries()) view.setUint32(12 + index * 4, source >>> 0);
  if (extension !== undefined) {
    view.setUint16(extensionAt, extension.profile & 0xffff);
    view.setUint16(extensionAt + 2, extensionWords);
    bytes.set(extension.content.subarray(0, extensionWords * 4), extensionAt + 4);
  }
  bytes.set(packet.payload, payloadAt);
  if (padding > 0) view.setUint8(bytes.length - 1, padding);
  return bytes;
}
