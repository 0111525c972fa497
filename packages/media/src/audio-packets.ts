/** Stored units of a stream back into the packets that can be heard. */
import type { StoredUnit } from '@tacet/capture';
import type { Codec } from '@tacet/domain';
import { createRtpHeader, type RtpHeader, readRedBlocks, readRtpHeader } from '@tacet/wire/rtp';
import type { ChannelMap } from './channel-map.ts';
import { frameRate } from './frames.ts';
import type { AudioPacket } from './place-audio.ts';
import { soundCodecOf } from './sound-codecs.ts';

/** The codec of each payload type; `undefined` for events and whatever else is no audio. */
export type PayloadCodecs = readonly (Codec | undefined)[];

export function payloadCodecs(codecs: readonly Codec[]): PayloadCodecs {
  const found: (Codec | undefined)[] = Array.from({ length: 128 });
  for (const codec of codecs) {
    if (soundCodecOf(codec) !== undefined || codec.name === 'RED') found[codec.payloadType] = codec;
  }
  return found;
}

/** A packet known only by a copy of it, as its redundancy tells. */
interface Copy {
  readonly packet: AudioPacket;
  readonly of: string;
}

function nameOf(ssrc: number, timestamp: number): string {
  return `${ssrc}:${timestamp}`;
}

/** Takes the units of one segment apart. */
class Unpacking {
  readonly packets: AudioPacket[] = [];
  readonly #codecs: PayloadCodecs;
  readonly #channelsAt: ChannelMap;
  readonly #header = createRtpHeader();
  readonly #seen = new Set<string>();
  readonly #copies: Copy[] = [];
  /** The earliest time of each source; copies of what lies before it belong to another segment, if to any. */
  readonly #firsts = new Map<number, number>();

  constructor(codecs: PayloadCodecs, channelsAt: ChannelMap) {
    this.#codecs = codecs;
    this.#channelsAt = channelsAt;
  }

  take({ bytes, arrivedAt, isMasked }: StoredUnit): void {
    const header = this.#header;
    if (readRtpHeader(bytes, header) !== 'ok' || header.payloadBytes === 0) return;
    const codec = this.#codecs[header.payloadType];
    if (codec === undefined) return;
    const { ssrc, timestamp, payloadOffset, payloadBytes } = header;
    this.#seen.add(nameOf(ssrc, timestamp));
    const first = this.#firsts.get(ssrc);
    if (first === undefined || ((timestamp - first) | 0) < 0) this.#firsts.set(ssrc, timestamp);
    if (isMasked === true) return;
    if (codec.name === 'RED') this.#takeRedundant(bytes, arrivedAt);
    else {
      const payload = bytes.subarray(payloadOffset, payloadOffset + payloadBytes);
      this.packets.push(this.#packet(header, { arrivedAt, codec, payload }));
    }
  }

  /** Copies of packets that never came; each once. */
  addMissing(): void {
    for (const { packet, of } of this.#copies) {
      const first = this.#firsts.get(packet.ssrc);
      if (this.#seen.has(of) || first === undefined || ((packet.timestamp - first) | 0) < 0) continue;
      this.#seen.add(of);
      this.packets.push(packet);
    }
  }

  #packet(
    { ssrc, sequence, timestamp }: Pick<RtpHeader, 'ssrc' | 'sequence' | 'timestamp'>,
    rest: Pick<AudioPacket, 'arrivedAt' | 'codec' | 'payload'>,
  ): AudioPacket {
    const ticksPerFrame = rest.codec.clockRate / frameRate;
    return { ssrc, sequence, timestamp, ticksPerFrame, ...rest, channels: this.#channelsAt(rest.arrivedAt) };
  }

  /** RFC 2198: the last block is the packet's own, those before are copies of the packets before it. */
  #takeRedundant(bytes: Uint8Array, arrivedAt: AudioPacket['arrivedAt']): void {
    const header = this.#header;
    const blocks = readRedBlocks(bytes, header.payloadOffset, header.payloadBytes) ?? [];
    for (const [place, block] of blocks.entries()) {
      const codec = this.#codecs[block.payloadType];
      if (codec === undefined || codec.name === 'RED' || block.bytes === 0) continue;
      const payload = bytes.subarray(block.offset, block.offset + block.bytes);
      const generation = blocks.length - 1 - place;
      if (generation === 0) this.packets.push(this.#packet(header, { arrivedAt, codec, payload }));
      // A copy of the packet's own time is one that was blanked.
      if (generation === 0 || block.ticksBefore === 0) continue;
      const timestamp = (header.timestamp - block.ticksBefore) >>> 0;
      const sequence = (header.sequence - generation) & 0xffff;
      const packet = this.#packet({ ssrc: header.ssrc, sequence, timestamp }, { arrivedAt, codec, payload });
      this.#copies.push({ packet, of: nameOf(header.ssrc, timestamp) });
    }
  }
}

/** The packets among `units` that hold sound, in the same order; they share the units' bytes. */
export function audioPackets(
  units: readonly StoredUnit[],
  codecs: PayloadCodecs,
  channelsAt: ChannelMap,
): readonly AudioPacket[] {
  const unpacking = new Unpacking(codecs, channelsAt);
  for (const unit of units) unpacking.take(unit);
  unpacking.addMissing();
  return unpacking.packets;
}
