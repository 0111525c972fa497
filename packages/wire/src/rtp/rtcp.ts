/** RTCP (RFC 3550 §6) as far as a recorder needs it: told apart from RTP, its sender reports and goodbyes read. */

import { found, type Result, refused } from '../result.ts';
import { rtpLimits } from './limits.ts';

/** Ties a source's RTP timestamps to wall-clock time (RFC 3550 §6.4.1). */
export interface SenderReport {
  readonly ssrc: number;
  /** Seconds since 1900-01-01 and the fraction of a second in units of 2^-32, both 32 bits. */
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  /** The RTP timestamp of the same instant. */
  readonly timestamp: number;
  readonly packetCount: number;
  /** Payload bytes sent, modulo 2^32. */
  readonly payloadBytes: number;
}

/** What one compound datagram says. */
export interface RtcpReport {
  readonly senderReports: readonly SenderReport[];
  /** Sources that say they leave (RFC 3550 §6.6). */
  readonly leavingSsrcs: readonly number[];
  /** The first source's canonical name (RFC 3550 §6.5.1), the same for all streams of one sender's clock. */
  readonly cname: Uint8Array | undefined;
}

export type RtcpFaultCode = 'rtcpMalformed' | 'rtcpTooLarge';

const senderReportType = 200;
const descriptionType = 202;
const byeType = 203;
const nameItem = 1;

/**
 * Whether a datagram on a shared port is RTCP: its second byte is 192 to 223, numbers that RTP payload types must
 * not take (RFC 5761 §4). Looks at two bytes only.
 */
export function isRtcp(bytes: Uint8Array, offset: number = 0): boolean {
  const second = bytes[offset + 1] ?? 0;
  return (bytes[offset] ?? 0) >> 6 === 2 && second >= 192 && second <= 223;
}

/** Reads a compound RTCP datagram; packets of other types are passed over. Faults name the packet by number. */
export function readRtcp(bytes: Uint8Array): Result<RtcpReport, RtcpFaultCode> {
  if (bytes.length > rtpLimits.packetBytesMax) return refused('rtcpTooLarge', 'bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const senderReports: SenderReport[] = [];
  const leavingSsrcs: number[] = [];
  let cname: Uint8Array | undefined;
  let at = 0;
  for (let count = 1; at < bytes.length; count += 1) {
    const place = `packet ${count}`;
    if (count > rtpLimits.rtcpPacketsMax) return refused('rtcpTooLarge', place);
    if (at + 4 > bytes.length || !isRtcp(bytes, at)) return refused('rtcpMalformed', place);
    const end = at + 4 + view.getUint16(at + 2) * 4;
    if (end > bytes.length) return refused('rtcpMalformed', place);
    const type = view.getUint8(at + 1);
    const sourceCount = view.getUint8(at) & 0x1f;
    if (type === senderReportType) {
      if (end - at < 28) return refused('rtcpMalformed', place);
      senderReports.push(readSenderReport(view, at + 4));
    }
    if (type === descriptionType && sourceCount > 0) cname ??= nameIn(bytes, at + 8, end);
    if (type === byeType) {
      if (at + 4 + sourceCount * 4 > end) return refused('rtcpMalformed', place);
      for (let source = 0; source < sourceCount; source += 1) leavingSsrcs.push(view.getUint32(at + 4 + source * 4));
    }
    at = end;
  }
  return at === 0 ? refused('rtcpMalformed', 'no packet') : found({ senderReports, leavingSsrcs, cname });
}

/** The canonical name among the items of a description's first source; undefined where it is not, or does not fit. */
function nameIn(bytes: Uint8Array, from: number, end: number): Uint8Array | undefined {
  let at = from;
  while (at + 1 < end) {
    const item = bytes[at] ?? 0;
    const length = bytes[at + 1] ?? 0;
    if (item === 0 || at + 2 + length > end) return undefined;
    if (item === nameItem) return bytes.subarray(at + 2, at + 2 + length);
    at += 2 + length;
  }
  return undefined;
}

/** Makes a sender report without report blocks, for senders that we play ourselves. */
export function writeSenderReport(report: SenderReport): Uint8Array {
  const bytes = new Uint8Array(28);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, senderReportType);
  view.setUint16(2, bytes.length / 4 - 1);
  const { ssrc, ntpSeconds, ntpFraction, timestamp, packetCount, payloadBytes } = report;
  for (const [index, word] of [ssrc, ntpSeconds, ntpFraction, timestamp, packetCount, payloadBytes].entries()) {
    view.setUint32(4 + index * 4, word >>> 0);
  }
  return bytes;
}

function readSenderReport(view: DataView, at: number): SenderReport {
  return {
    ssrc: view.getUint32(at),
    ntpSeconds: view.getUint32(at + 4),
    ntpFraction: view.getUint32(at + 8),
    timestamp: view.getUint32(at + 12),
    packetCount: view.getUint32(at + 16),
    payloadBytes: view.getUint32(at + 20),
  };
}
