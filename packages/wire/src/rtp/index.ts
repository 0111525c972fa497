/** RTP and RTCP (RFC 3550) as bytes and numbers, without sockets. */

export { condenseRtcp } from './condense-rtcp.ts';
export { DuplicateWindow, type Occurrence } from './duplicate.ts';
export { type RtpLimits, rtpLimits } from './limits.ts';
export { createRtpHeader, type RtpHeader, type RtpReading, readRtpHeader, readSealedRtpHeader } from './packet.ts';
export { blankRedBlock, type RedBlock, readRedBlocks } from './redundancy.ts';
export {
  isRtcp,
  type RtcpFaultCode,
  type RtcpReport,
  readRtcp,
  type SenderReport,
  writeSenderReport,
} from './rtcp.ts';
export { SequenceUnwrapper, TimestampUnwrapper } from './sequence.ts';
export { isTelephoneEvent, readTelephoneEvent, type TelephoneEvent } from './telephone-event.ts';
export { type RtpPacket, writeRtpPacket } from './write-packet.ts';
