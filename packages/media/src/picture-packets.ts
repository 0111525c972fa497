/** Stored packets of pictures, and the frames that they make up when nothing of them is missing. */
import type { StoredUnit } from '@tacet/capture';
import type { Codec } from '@tacet/domain';
import { createRtpHeader, readRtpHeader } from '@tacet/wire/rtp';
import { readVp8Packet } from '@tacet/wire/video';
import { frameRate } from './frames.ts';
import type { AudioPacket } from './place-audio.ts';

/** A packet that is placed as sound is: what is said of its clock holds for pictures alike. */
export interface PicturePacket extends AudioPacket {
  /** Its part of the frame. */
  readonly part: Uint8Array;
  readonly isStart: boolean;
  readonly isKeyFrame: boolean;
  /** The last of its frame, as its marker says (RFC 7741 §4.1). */
  readonly isEnd: boolean;
}

/** The packets of a stream among `units`, in the same order; they share the units' bytes. */
export function picturePackets(units: readonly StoredUnit[], codecs: readonly Codec[]): readonly PicturePacket[] {
  const header = createRtpHeader();
  return units.flatMap(({ bytes, arrivedAt }): readonly PicturePacket[] => {
    if (readRtpHeader(bytes, header) !== 'ok') return [];
    const { ssrc, sequence, timestamp, payloadType, payloadOffset, payloadBytes } = header;
    const codec = codecs.find((one) => one.payloadType === payloadType);
    if (codec === undefined) return [];
    const end = payloadOffset + payloadBytes;
    const payload = bytes.subarray(payloadOffset, end);
    const about = { arrivedAt, ssrc, sequence, timestamp, payload, codec, channels: [] };
    const ticksPerFrame = codec.clockRate / frameRate;
    const read = codec.name === 'VP8' ? readVp8Packet(bytes, payloadOffset, end) : undefined;
    const part = read === undefined ? payload : bytes.subarray(read.at, end);
    const { isStart = codec.name !== 'VP8', isKeyFrame = codec.name !== 'VP8' } = read ?? {};
    const isEnd = codec.name !== 'VP8' || ((bytes[1] ?? 0) & 0x80) !== 0;
    return [{ ...about, ticksPerFrame, part, isStart, isKeyFrame, isEnd }];
  });
}

/** A whole frame. */
export interface PictureFrame {
  /** The first packet of it, by which it is placed. */
  readonly first: PicturePacket;
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
}

function joined(parts: readonly PicturePacket[]): Uint8Array {
  const data = new Uint8Array(parts.reduce((bytes, { part }) => bytes + part.length, 0));
  let at = 0;
  for (const { part } of parts) {
    data.set(part, at);
    at += part.length;
  }
  return data;
}

/**
 * Frames that can be shown: behind a packet that is missing, and behind an edge, nothing is before the next key frame.
 * @param packets of one source, in the order they were sent.
 * @param isBehindEdge whether a gap lies between a packet and the one before it.
 */
export function pictureFrames(
  packets: readonly PicturePacket[],
  isBehindEdge: (packet: PicturePacket, before: PicturePacket) => boolean,
): readonly PictureFrame[] {
  const frames: PictureFrame[] = [];
  let parts: PicturePacket[] = [];
  let before: PicturePacket | undefined;
  let isWhole = false;
  for (const packet of packets) {
    const isNext = before !== undefined && packet.sequence === ((before.sequence + 1) & 0xffff);
    if (!isNext || (before !== undefined && isBehindEdge(packet, before))) {
      isWhole = false;
      parts = [];
    }
    before = packet;
    // Padding keeps the count going and belongs to no frame.
    if (packet.part.length === 0) continue;
    if (packet.isStart) {
      parts = [];
      // Rule: after a gap pictures go on with a key frame
      if (packet.isKeyFrame) isWhole = true;
    } else if (parts.length === 0) isWhole = false;
    if (!isWhole) continue;
    parts.push(packet);
    const [first] = parts;
    if (packet.isEnd && first !== undefined) {
      frames.push({ first, data: joined(parts), isKeyFrame: first.isKeyFrame });
      parts = [];
    }
  }
  return frames;
}
