/** Binary frames of AudioHook as RTP packets, a run of them for each channel. */
import { writeRtpPacket } from '../rtp/index.ts';
import { audioHookLimits } from './limits.ts';
import type { OfferedMedia } from './media.ts';

/** RTP payload types of ours: PCMU has its own (RFC 3551 §6), L16 at 8,000 Hz none, so that it is a dynamic one. */
export const payloadTypeOf = { PCMU: 0, L16: 96 } as const;

/** The run of packets of one channel; a packet that nobody took leaves no hole in the numbers. */
export interface ChannelRun {
  readonly ssrc: number;
  sequence: number;
}

/** Where in the client's media a frame begins, in samples. */
export type Position = number;

/**
 * Cuts one channel out of a frame, 20 ms at a time, and hands each packet over.
 * @param take whether the packet was taken.
 */
export function packetsOfChannel(
  frame: Uint8Array,
  place: number,
  { media, run, position }: { readonly media: OfferedMedia; readonly run: ChannelRun; readonly position: Position },
  take: (packet: Uint8Array) => boolean,
): void {
  const bytes = media.format === 'L16' ? 2 : 1;
  const stride = media.channels.length * bytes;
  const sampleCount = frame.length / stride;
  for (let from = 0; from < sampleCount; from += audioHookLimits.packetSamples) {
    const count = Math.min(audioHookLimits.packetSamples, sampleCount - from);
    const payload = new Uint8Array(count * bytes);
    for (let sample = 0; sample < count; sample += 1) {
      const at = (from + sample) * stride + place * bytes;
      payload[sample * bytes] = frame[at + bytes - 1] ?? 0;
      // AudioHook's samples begin with their low byte, those of RTP with their high byte (RFC 3551 §4.5.11).
      if (bytes === 2) payload[sample * 2 + 1] = frame[at] ?? 0;
    }
    const packet = writeRtpPacket({
      payloadType: payloadTypeOf[media.format],
      sequence: run.sequence,
      timestamp: position + from,
      ssrc: run.ssrc,
      payload,
    });
    if (take(packet)) run.sequence = (run.sequence + 1) & 0xffff;
    payload.fill(0);
  }
}
