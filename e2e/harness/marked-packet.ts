/** RTP packets of every codec with a mark in them: payloads as long as 20 ms of it, that its rules let through whole. */
import { writeRtpPacket } from '@tacet/wire/rtp';
import { type CallCodec, callCodecs } from '../../packages/server/src/demo/call-codecs.ts';
import { frameOf, type Mark } from './marks.ts';

/** What a payload begins with, and how many bytes of the mark follow, repeated. */
interface Shape {
  readonly head: readonly number[];
  readonly bytes: number;
}

const shapes: Readonly<Record<CallCodec, Shape>> = {
  PCMU: { head: [], bytes: 160 },
  PCMA: { head: [], bytes: 160 },
  G722: { head: [], bytes: 160 },
  // One frame of 20 ms in CELT mode: nothing in it can be a copy of the frame before (RFC 6716 §3.1).
  opus: { head: [0xf8], bytes: 80 },
  L16: { head: [], bytes: 640 },
  // Two frames of 10 ms.
  G729: { head: [], bytes: 20 },
  // One frame of 12.2 kbit/s behind the mode request and its entry in the table of contents (RFC 4867 §4.4).
  AMR: { head: [0xf0, 0x3c], bytes: 31 },
};

function markedPayload(codec: CallCodec, mark: Mark): Uint8Array {
  const { head, bytes } = shapes[codec];
  const frame = frameOf(mark);
  return Uint8Array.from({ length: head.length + bytes }, (_, at) =>
    at < head.length ? (head[at] ?? 0) : (frame[(at - head.length) % frame.length] ?? 0),
  );
}

/** The packet that carries a mark: its number is its sequence number, and tells its time. */
export function markedPacket(codec: CallCodec, mark: Mark): Uint8Array {
  const { payloadType, ticksPerPacket } = callCodecs[codec];
  return writeRtpPacket({
    payloadType,
    sequence: mark.number,
    timestamp: mark.number * ticksPerPacket,
    ssrc: mark.stream,
    payload: markedPayload(codec, mark),
  });
}
