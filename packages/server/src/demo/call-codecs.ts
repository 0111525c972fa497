/** The codecs in which our small SRC offers a stream, each as its media line says it. */

export type CallCodec = 'PCMU' | 'PCMA' | 'G722' | 'opus' | 'L16' | 'G729' | 'AMR';

interface CallCodecRow {
  readonly payloadType: number;
  /** What the `rtpmap` attribute says behind the payload type. */
  readonly map: string;
  /** What the `fmtp` attribute says, if there is one. */
  readonly parameters?: string;
  /** By how much the timestamp grows in 20 ms. */
  readonly ticksPerPacket: number;
}

export const callCodecs: Readonly<Record<CallCodec, CallCodecRow>> = {
  PCMU: { payloadType: 0, map: 'PCMU/8000', ticksPerPacket: 160 },
  PCMA: { payloadType: 8, map: 'PCMA/8000', ticksPerPacket: 160 },
  // Sampled at 16 kHz, with a clock that says 8 (RFC 3551 §4.5.2).
  G722: { payloadType: 9, map: 'G722/8000', ticksPerPacket: 160 },
  opus: { payloadType: 111, map: 'opus/48000/2', parameters: 'useinbandfec=1', ticksPerPacket: 960 },
  L16: { payloadType: 96, map: 'L16/16000', ticksPerPacket: 320 },
  G729: { payloadType: 18, map: 'G729/8000', parameters: 'annexb=no', ticksPerPacket: 160 },
  AMR: { payloadType: 97, map: 'AMR/8000', parameters: 'octet-align=1', ticksPerPacket: 160 },
};
