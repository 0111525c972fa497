/** The RTP header (RFC 3550 §5.1) read in place: no copy, no allocation, one reusable object. */

import { rtpLimits } from './limits.ts';

/** The header of the last packet read into it. Offsets count from the start of the buffer that was read. */
export interface RtpHeader {
  /** 0 to 127. */
  payloadType: number;
  marker: boolean;
  /** 0 to 65535, as on the wire. */
  sequence: number;
  /** 0 to 4294967295, in units of the payload's clock. */
  timestamp: number;
  ssrc: number;
  csrcCount: number;
  /** Offset of the extension's content, 0 when there is none. */
  extensionOffset: number;
  extensionBytes: number;
  /** The 16 bits the extension's profile defines, 0 when there is none. */
  extensionProfile: number;
  payloadOffset: number;
  /** May be 0: senders keep address bindings alive with empty packets. */
  payloadBytes: number;
  /** Bytes of padding after the payload, the count byte included. */
  paddingBytes: number;
}

/** Whether a packet could be read, and if not, why. Short fixed words, since this runs once per packet. */
export type RtpReading = 'ok' | 'tooShort' | 'tooLong' | 'wrongVersion' | 'badCsrc' | 'badExtension' | 'badPadding';

const fixedBytes = 12;

/** A header to read into; keep one per receiver and use it again. */
export function createRtpHeader(): RtpHeader {
  return {
    payloadType: 0,
    marker: false,
    sequence: 0,
    timestamp: 0,
    ssrc: 0,
    csrcCount: 0,
    extensionOffset: 0,
    extensionBytes: 0,
    extensionProfile: 0,
    payloadOffset: 0,
    payloadBytes: 0,
    paddingBytes: 0,
  };
}

/**
 * Reads the packet in `bytes[offset, offset + length)` into `into`. Unless the answer is `ok`, what `into` holds means
 * nothing. Tell RTCP apart with `isRtcp` first where both share a port. Never throws and keeps no reference.
 */
export function readRtpHeader(
  bytes: Uint8Array,
  into: RtpHeader,
  offset: number = 0,
  length: number = bytes.length - offset,
): RtpReading {
  const reading = readSealedRtpHeader(bytes, into, offset, length);
  if (reading !== 'ok' || ((bytes[offset] ?? 0) & 0x20) === 0) return reading;
  const end = offset + length;
  const at = into.payloadOffset;
  // The last byte counts the padding, itself included (RFC 3550 §5.1); without any byte left there is no count.
  const padding = at < end ? byteAt(bytes, end - 1) : 0;
  if (padding === 0 || at + padding > end) return 'badPadding';
  into.paddingBytes = padding;
  into.payloadBytes -= padding;
  return 'ok';
}

/** The same for a packet whose payload is still encrypted, and its padding with it (RFC 3711 §3.1): all is payload. */
export function readSealedRtpHeader(
  bytes: Uint8Array,
  into: RtpHeader,
  offset: number = 0,
  length: number = bytes.length - offset,
): RtpReading {
  const end = offset + length;
  if (length < fixedBytes || end > bytes.length || offset < 0) return 'tooShort';
  if (length > rtpLimits.packetBytesMax) return 'tooLong';
  const first = byteAt(bytes, offset);
  if (first >> 6 !== 2) return 'wrongVersion';
  const second = byteAt(bytes, offset + 1);
  into.marker = (second & 0x80) !== 0;
  into.payloadType = second & 0x7f;
  into.sequence = word16(bytes, offset + 2);
  into.timestamp = word32(bytes, offset + 4);
  into.ssrc = word32(bytes, offset + 8);
  into.csrcCount = first & 0x0f;
  let at = offset + fixedBytes + into.csrcCount * 4;
  if (at > end) return 'badCsrc';
  into.extensionOffset = 0;
  into.extensionBytes = 0;
  into.extensionProfile = 0;
  if ((first & 0x10) !== 0) {
    if (at + 4 > end) return 'badExtension';
    into.extensionProfile = word16(bytes, at);
    into.extensionBytes = word16(bytes, at + 2) * 4;
    into.extensionOffset = at + 4;
    at += 4 + into.extensionBytes;
    if (at > end) return 'badExtension';
  }
  into.paddingBytes = 0;
  into.payloadOffset = at;
  into.payloadBytes = end - at;
  return 'ok';
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function word16(bytes: Uint8Array, at: number): number {
  return (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
}

function word32(bytes: Uint8Array, at: number): number {
  return ((word16(bytes, at) << 16) | word16(bytes, at + 2)) >>> 0;
}
