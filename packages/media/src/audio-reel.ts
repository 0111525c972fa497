/** One stream's segments, read in order of time as rendering needs them, and let go behind it. */
import { type Codec, Fault, type Instant, type Interval, instant, latest, type SegmentDescriptor } from '@tacet/domain';
import { rtpLimits } from '@tacet/wire/rtp';
import { alignPackets } from './align-packets.ts';
import { audioPackets, type PayloadCodecs } from './audio-packets.ts';
import type { ChannelMap } from './channel-map.ts';
import type { StreamClocks } from './clock-memory.ts';
import { decodeAudio, isStateful, type PlacedSound, tailOf } from './decode-audio.ts';
import { type FrameRange, frameAt, frameRate, framesPerMs } from './frames.ts';
import { mediaLimits } from './limits.ts';
import {
  type AudioPacket,
  type PlacedPacket,
  placeAudio,
  placedEarlierFramesMax,
  placedLaterFramesMax,
} from './place-audio.ts';
import { type ReadSegment, readSegment, type SegmentPorts } from './read-segment.ts';
import { RtpClocks } from './rtp-clocks.ts';
import { clockClaims } from './sender-clocks.ts';
import type { DecodeRun } from './sound-codecs.ts';
import { alignedEarlierFramesMax, type StreamAlignment } from './stream-alignment.ts';

export interface ReelStream {
  /** In the order of their numbers. */
  readonly segments: readonly SegmentDescriptor[];
  readonly codecs: PayloadCodecs;
  readonly channelsAt: ChannelMap;
  readonly clocks: StreamClocks;
  /** Frames per second of the rendering. */
  readonly rate: number;
  /** Which of the recording's streams it is, and what they share. */
  readonly place: number;
  readonly alignment: StreamAlignment;
  /** Where the recording was paused. */
  readonly withheld: readonly Interval[];
}

interface ReelPorts extends SegmentPorts {
  readonly decodeOutside?: DecodeRun;
}

/** A segment that was read, and waits until what the other streams say of the same time is known. */
interface Surveyed {
  readonly place: number;
  readonly segment: SegmentDescriptor;
  /** Placed by arrival alone. */
  readonly placed: readonly PlacedPacket[];
  /** The end of the segment before. */
  readonly tail: readonly AudioPacket[];
}

interface LoadedSegment {
  readonly sounds: readonly PlacedSound[];
  /** The first sound that is not yet behind the window. */
  next: number;
  /** Frame behind the last sound. */
  readonly end: number;
}

/** A packet is heard at most this many frames before its arrival. */
const heardEarlierFramesMax = placedEarlierFramesMax + alignedEarlierFramesMax;

function endOf({ frame, samples }: PlacedSound): number {
  return frame + samples.length;
}

export class AudioReel {
  readonly #stream: ReelStream;
  readonly #origin: Instant;
  readonly #ports: ReelPorts;
  readonly #isStateful: boolean;
  #loaded: LoadedSegment[] = [];
  #surveyed: Surveyed[] = [];
  #place = 0;
  /** Segments that begin before the window's end, and the latest instant that any of them reaches. */
  #begun = { count: 0, until: instant(0) };
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

  /** Until when segments of other streams have to be known before a window is rendered that does not begin before the last. */
  reach(window: FrameRange): Instant {
    const { segments } = this.#stream;
    let { count, until } = this.#begun;
    for (let next = segments[count]; next !== undefined && this.#begins(next, window); next = segments[++count]) {
      until = latest(until, next.captured.to);
    }
    this.#begun = { count, until };
    return until;
  }

  /** Reads all segments that begin before `until`, as far as the window or what follows needs them. Does not throw Faults. */
  async survey(window: FrameRange, until: Instant): Promise<void> {
    const { segments, clocks, alignment, place: stream } = this.#stream;
    while (this.#flaw === undefined) {
      const segment = segments[this.#place];
      if (segment === undefined || segment.captured.from >= until) return;
      const known = clocks.behind(this.#place, segment.id);
      if (known === undefined || this.#mayReach(segment, window)) await this.#read(segment, window);
      else {
        this.#clocks = known.clocks;
        alignment.learn(stream, this.#place, known.claims);
      }
      this.#place += 1;
    }
  }

  /**
   * Moves on to a window that does not begin before the last one; all streams were surveyed as far as any reaches.
   * @returns every sound that reaches into it.
   * @throws Fault recordingDamaged when part of it cannot be verified; storageUnavailable; mediaUnavailable when
   *   nothing here decodes it.
   */
  async soundsWithin(window: FrameRange): Promise<readonly PlacedSound[]> {
    this.#loaded = this.#loaded.filter(({ end }) => end > window.from);
    for (let next = this.#surveyed[0]; next !== undefined; next = this.#surveyed[0]) {
      if (!this.#begins(next.segment, window)) break;
      this.#surveyed.shift();
      await this.#load(next, window);
    }
    if (this.#flaw !== undefined && window.to > this.#flaw.frame) throw this.#flaw.fault;
    return this.#loaded.flatMap((segment) => within(segment, window));
  }

  /** Whether packets of the segment may be heard before the window ends. */
  #begins(segment: SegmentDescriptor, window: FrameRange): boolean {
    return this.#frameAt(segment.captured.from) - this.#frames(heardEarlierFramesMax) < window.to;
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
    const { codecs, channelsAt, clocks, alignment, place: stream } = this.#stream;
    const place = this.#place;
    const { units, flaw, tail } = await this.#unitsOf(segment, place);
    const packets = audioPackets(units, codecs, channelsAt);
    const placed = placeAudio(packets, this.#clocks, this.#origin);
    const claims = clockClaims(units, placed);
    alignment.learn(stream, place, claims);
    if (this.#isStateful) this.#tail = { place, packets: tailOf(packets) };
    if (flaw !== undefined) {
      this.#flaw = { frame: this.#frameAt(flaw.from) - this.#frames(heardEarlierFramesMax), fault: flaw.fault };
    } else {
      clocks.remember(place, segment.id, { clocks: this.#clocks, claims });
    }
    // What is not reached needs no decoding, only the clocks that it leaves behind.
    if (this.#mayReach(segment, window)) this.#surveyed.push({ place, segment, placed, tail });
  }

  /** A segment that cannot be read is read ahead of what may still be heard, so that it is a flaw and not yet a failure. */
  async #unitsOf(segment: SegmentDescriptor, place: number): Promise<ReadSegment & Pick<Surveyed, 'tail'>> {
    try {
      const tail = await this.#tailBefore(place);
      return { ...(await readSegment(segment, this.#ports)), tail };
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return { units: [], flaw: { from: segment.captured.from, fault }, tail: [] };
    }
  }

  /** Moves what was surveyed to where its sender's clock says it belongs, and decodes it. */
  async #load({ place, segment, placed, tail }: Surveyed, window: FrameRange): Promise<void> {
    const { alignment, place: stream, rate, segments } = this.#stream;
    const last = segments[place - 1];
    const isNext = last !== undefined && segment.captured.from - last.captured.to <= mediaLimits.clockDeviationMs;
    const before = isNext ? alignment.beliefs(stream, place - 1) : undefined;
    const edge = this.#edgeOf(segment, last !== undefined && !isNext);
    const aligned = alignPackets(placed, { before, beliefs: alignment.beliefs(stream, place), edge });
    const sounds = await decodeAudio(aligned, tail, { rate, decodeOutside: this.#ports.decodeOutside });
    const end = sounds.reduce((most, sound) => Math.max(most, endOf(sound)), Number.NEGATIVE_INFINITY);
    if (end > window.from) this.#loaded.push({ sounds, next: 0, end });
  }

  /** Frame of placing across which nothing of the segment is moved: a pause or a loss before it, or the beginning. */
  #edgeOf({ captured }: SegmentDescriptor, isBehindGap: boolean): number {
    const ends = this.#stream.withheld.map(({ to }) => to).filter((to) => to <= captured.from);
    const edge = ends.reduce(latest, isBehindGap ? captured.from : this.#origin);
    return Math.ceil((edge - this.#origin) * framesPerMs);
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
