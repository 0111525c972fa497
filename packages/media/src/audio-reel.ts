/** One stream's segments, read in order of time as rendering needs them, and let go behind it. */
import type { Fault, Instant, SegmentDescriptor } from '@tacet/domain';
import { rtpLimits } from '@tacet/wire/rtp';
import { audioPackets, type PayloadLaws } from './audio-packets.ts';
import type { ChannelMap } from './channel-map.ts';
import type { StreamClocks } from './clock-memory.ts';
import { type FrameRange, frameAt } from './frames.ts';
import { type PlacedPacket, placeAudio, placedEarlierFramesMax, placedLaterFramesMax } from './place-audio.ts';
import { readSegment, type SegmentPorts } from './read-segment.ts';
import { RtpClocks } from './rtp-clocks.ts';

export interface ReelStream {
  /** In the order of their numbers. */
  readonly segments: readonly SegmentDescriptor[];
  readonly laws: PayloadLaws;
  readonly channelsAt: ChannelMap;
  readonly clocks: StreamClocks;
}

interface LoadedSegment {
  readonly packets: readonly PlacedPacket[];
  /** The first packet that is not yet behind the window. */
  next: number;
  /** Frame behind the last packet. */
  readonly end: number;
}

function endOf({ frame, packet }: PlacedPacket): number {
  return frame + packet.payload.length;
}

export class AudioReel {
  readonly #stream: ReelStream;
  readonly #origin: Instant;
  readonly #ports: SegmentPorts;
  #loaded: LoadedSegment[] = [];
  #place = 0;
  /** As they stand before the segment at `#place`. */
  #clocks = new RtpClocks();
  /** From this frame on packets may be missing, because a chunk could not be verified. */
  #flaw: { readonly frame: number; readonly fault: Fault } | undefined;

  constructor(stream: ReelStream, origin: Instant, ports: SegmentPorts) {
    this.#stream = stream;
    this.#origin = origin;
    this.#ports = ports;
  }

  /**
   * Moves on to a window that does not begin before the last one.
   * @returns every packet that reaches into it.
   * @throws Fault recordingDamaged when part of it cannot be verified; storageUnavailable.
   */
  async packetsWithin(window: FrameRange): Promise<readonly PlacedPacket[]> {
    this.#loaded = this.#loaded.filter(({ end }) => end > window.from);
    await this.#load(window);
    if (this.#flaw !== undefined && window.to > this.#flaw.frame) throw this.#flaw.fault;
    return this.#loaded.flatMap((segment) => within(segment, window));
  }

  async #load(window: FrameRange): Promise<void> {
    const { segments, clocks } = this.#stream;
    while (this.#flaw === undefined) {
      const segment = segments[this.#place];
      if (segment === undefined) return;
      if (frameAt(segment.captured.from, this.#origin) - placedEarlierFramesMax >= window.to) return;
      const known = clocks.behind(this.#place, segment.id);
      if (known === undefined || this.#mayReach(segment, window)) await this.#read(segment, window);
      else this.#clocks = known;
      this.#place += 1;
    }
  }

  /** Whether a packet of the segment may reach up to the window; otherwise only its clocks matter. */
  #mayReach(segment: SegmentDescriptor, window: FrameRange): boolean {
    const lastArrival = frameAt(segment.captured.to, this.#origin);
    return lastArrival + placedLaterFramesMax + rtpLimits.packetBytesMax > window.from;
  }

  async #read(segment: SegmentDescriptor, window: FrameRange): Promise<void> {
    const { laws, channelsAt, clocks } = this.#stream;
    const { units, flaw } = await readSegment(segment, this.#ports);
    const packets = placeAudio(audioPackets(units, laws, channelsAt), this.#clocks, this.#origin);
    if (flaw !== undefined) {
      this.#flaw = { frame: frameAt(flaw.from, this.#origin) - placedEarlierFramesMax, fault: flaw.fault };
    } else {
      clocks.remember(this.#place, segment.id, this.#clocks);
    }
    const end = packets.reduce((last, packet) => Math.max(last, endOf(packet)), Number.NEGATIVE_INFINITY);
    if (end > window.from) this.#loaded.push({ packets, next: 0, end });
  }
}

function within(segment: LoadedSegment, window: FrameRange): readonly PlacedPacket[] {
  const { packets } = segment;
  const found: PlacedPacket[] = [];
  let packet = packets[segment.next];
  while (packet !== undefined && endOf(packet) <= window.from) packet = packets[++segment.next];
  for (let at = segment.next; packet !== undefined && packet.frame < window.to; packet = packets[++at]) {
    if (endOf(packet) > window.from) found.push(packet);
  }
  return found;
}
