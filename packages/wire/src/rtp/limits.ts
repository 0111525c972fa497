/** Bounds on RTP and RTCP: how far sequence numbers may stray, and how large a datagram can be. */

export interface RtpLimits {
  /** Bytes of one packet: the largest payload of a UDP datagram over IPv4. */
  readonly packetBytesMax: number;
  /**
   * Packets a number may jump forward and still be called loss (RFC 3550 A.1, MAX_DROPOUT): one minute at 20 ms.
   * A longer jump is a sender that began anew.
   */
  readonly dropoutPacketsMax: number;
  /** Packets a number may lie behind the highest and still be called late (RFC 3550 A.1, MAX_MISORDER): 2 s at 20 ms. */
  readonly misorderPacketsMax: number;
  /**
   * Packets the duplicate window looks back. More than `misorderPacketsMax`, so that no packet that still counts as
   * late is ever too old to be judged; a multiple of 32 because it is kept in words of 32 bits.
   */
  readonly duplicateWindowPackets: number;
  /** RTCP packets of one compound datagram; three are usual. */
  readonly rtcpPacketsMax: number;
  /** Sender reports kept of one compound datagram; a stream has one source, and for a moment two. */
  readonly reportsKeptMax: number;
  /** Blocks of one packet of redundant audio; senders carry one or two copies. */
  readonly redBlocksMax: number;
}

export const rtpLimits: RtpLimits = {
  packetBytesMax: 65_507,
  dropoutPacketsMax: 3_000,
  misorderPacketsMax: 100,
  duplicateWindowPackets: 256,
  rtcpPacketsMax: 32,
  reportsKeptMax: 4,
  redBlocksMax: 16,
};
