/** One stream's segments, read in order of time as rendering needs them, and let go behind it. */
import type { Codec, Fault, Instant, SegmentDescriptor } from '@tacet/domain';
import { rtpLimits } from '@tacet/wire/rtp';
import { audioPackets, type PayloadCodecs } from './audio-packets.ts';
import type { ChannelMap } from './channel-map.ts';
import type { StreamClocks } from './clock-memory.ts';
import { decodeAudio, isStateful, type PlacedSound, tailOf } from './decode-audio.ts';
import { type FrameRange, frameAt, frameRate } from './frames.ts';
import { type AudioPacket, placeAudio, placedEarlierFramesMax, placedLaterFramesMax } from './place-audio.ts';
import { readSegment, type SegmentPorts } from './read-segment.ts';
import { RtpClocks } from './rtp-clocks.ts';
import type { DecodeRun } from './sound-codecs.ts';

export interface ReelStream {
  /** In the order of their numbers. */
  readonly segments: readonly SegmentDescriptor[];
  readonly codecs: PayloadCodecs;
  readonly channelsAt: ChannelMap;
  readonly clocks: StreamClocks;
  /** Frames per second of the rendering. */
  readonly rate: number;
}

interface ReelPorts extends SegmentPorts {
  readonly decodeOutside?: DecodeRun;
}

interface LoadedSegment {
  readonly sounds: readonly PlacedSound[];
  /** The first sound that is not yet behind the window. */
  next: number;
  /** Frame behind the last sound. */
  readonly end: number;
}

function endOf({ frame, samples }: PlacedSound): number {
  return frame + samples.length;
}

export class AudioReel {
  readonly #stream: ReelStream;
  readonly #origin: Instant;
  readonly #ports: ReelPorts;
  readonly #isStateful: boolean;
  #loaded: LoadedSegment[] = [];
  #place = 0;
  /** As they stand before the segment at `#place`. */
  #clocks = new RtpClocks();
  /** The end of the segment read last, and its place. */
  #tail: { readonly place: number; readonly packets: readonly AudioPacket[] } = { place: -1, packets: [] };
  /** From this frame on packets may be missing, because a chunk could not be verified. */
  #flaw: { readonly frame: number; readonly fault: Fault } | undefined;

  constructor(stream: ReelStream, origin: Instant, ports: ReelPorts) {
    this.#stream = stream;
    this.#origin = origin;
    this.#ports = ports;
    this.#isStateful = isStateful(stream.codecs.filter((codec): codec is Codec => codec !== undefined));
  }

  /**
   * Moves on to a window that does not begin before the last one.
   * @returns every sound that reaches into it.
   * @throws Fault recordingDamaged when part of it cannot be verified; storageUnavailable; mediaUnavailable when
   *   nothing here decodes it.
   */
  async soundsWithin(window: FrameRange): Promise<readonly PlacedSound[]> {
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
      if (this.#frameAt(segment.captured.from) - this.#frames(placedEarlierFramesMax) >= window.to) return;
      const known = clocks.behind(this.#place, segment.id);
      if (known === undefined || this.#mayReach(segment, window)) await this.#read(segment, window);
      else this.#clocks = known;
      this.#place += 1;
    }
  }

  #frameAt(at: Instant): number {
    return frameAt(at, this.#origin, this.#stream.rate);
  }

  /** Frames of placing in frames of the rendering. */
  #frames(placed: number): number {
    return Math.ceil((placed * this.#stream.rate) / frameRate);
  }

  /** Whether a packet of the segment may reach up to the window; otherwise only its clocks matter. */
  #mayReach(segment: SegmentDescriptor, window: FrameRange): boolean {
    const lastArrival = this.#frameAt(segment.captured.to);
    return lastArrival + this.#frames(placedLaterFramesMax + rtpLimits.packetBytesMax) > window.from;
  }

  async #read(segment: SegmentDescriptor, window: FrameRange): Promise<void> {
    const { codecs, channelsAt, clocks, rate } = this.#stream;
    const place = this.#place;
    const before = await this.#tailBefore(place);
    const { units, flaw } = await readSegment(segment, this.#ports);
    const packets = audioPackets(units, codecs, channelsAt);
    const placed = placeAudio(packets, this.#clocks, this.#origin);
    if (this.#isStateful) this.#tail = { place, packets: tailOf(packets) };
    if (flaw !== undefined) {
      this.#flaw = { frame: this.#frameAt(flaw.from) - this.#frames(placedEarlierFramesMax), fault: flaw.fault };
    } else {
      clocks.remember(place, segment.id, this.#clocks);
    }
    // What is not reached needs no decoding, only the clocks that it leaves behind.
    if (!this.#mayReach(segment, window)) return;
    const sounds = await decodeAudio(placed, before, { rate, decodeOutside: this.#ports.decodeOutside });
    const end = sounds.reduce((last, sound) => Math.max(last, endOf(sound)), Number.NEGATIVE_INFINITY);
    if (end > window.from) this.#loaded.push({ sounds, next: 0, end });
  }

  /** The end of the segment before: decoders that remember get going with it, wherever reading began. */
  async #tailBefore(place: number): Promise<readonly AudioPacket[]> {
    if (!this.#isStateful || this.#tail.place === place - 1) return this.#tail.packets;
    const segment = this.#stream.segments[place - 1];
    if (segment === undefined) return [];
    const { codecs, channelsAt } = this.#stream;
    const { units } = await readSegment(segment, this.#ports);
    return tailOf(audioPackets(units, codecs, channelsAt));
  }
}

function within(segment: LoadedSegment, window: FrameRange): readonly PlacedSound[] {
  const { sounds } = segment;
  const found: PlacedSound[] = [];
  let sound = sounds[segment.next];
  while (sound !== undefined && endOf(sound) <= window.from) sound = sounds[++segment.next];
  for (let at = segment.next; sound !== undefined && sound.frame < window.to; sound = sounds[++at]) {
    if (endOf(sound) > window.from) found.push(sound);
  }
  return found;
}
