/**
 * Puts packets in place on the conversation's clock.
 *
 * Arrival says roughly where a packet belongs, its RTP timestamp says exactly where it stands among its neighbours.
 * The two are tied together by the packet that came through the network fastest, and stay tied for as long as the
 * source's clock runs, over loss, silence and pauses. A clock that was restarted is noticed by all packets that follow
 * standing off together; a packet that was merely held up stands off alone.
 */
import type { Codec, Instant } from '@tacet/domain';
import { SequenceUnwrapper } from '@tacet/wire/rtp';
import { type DriftWatch, watchDrift } from './clock-drift.ts';
import { framesPerMs } from './frames.ts';
import { mediaLimits } from './limits.ts';
import { type ClockReading, frameOf, type RtpClocks } from './rtp-clocks.ts';

/** A packet with audio in it. */
export interface AudioPacket {
  readonly arrivedAt: Instant;
  readonly ssrc: number;
  /** 16 bits, as on the wire. */
  readonly sequence: number;
  /** 32 bits, at the clock rate of the codec. */
  readonly timestamp: number;
  readonly ticksPerFrame: number;
  readonly payload: Uint8Array;
  readonly codec: Codec;
  /** Numbers of the channels in which it is heard. */
  readonly channels: readonly number[];
}

export interface PlacedPacket {
  /** Frame (8 kHz) at which it begins, from the start of the recording; negative before it, and not always whole. */
  readonly frame: number;
  readonly packet: AudioPacket;
}

/** Packets of one source, in the order they were sent. */
type Sent = readonly AudioPacket[];

const deviationFrames = mediaLimits.clockDeviationMs * framesPerMs;
const lateFrames = mediaLimits.reorderAllowanceMs * framesPerMs;

/** A packet is placed at most this many frames before its arrival … */
export const placedEarlierFramesMax: number = lateFrames + deviationFrames + 1;
/** … and at most this many after it. */
export const placedLaterFramesMax: number = deviationFrames + 1;

/** The packets of each source, sorted by their numbers. */
export function inOrderSent<P extends AudioPacket>(packets: readonly P[]): readonly (readonly P[])[] {
  const bySource = new Map<number, { unwrapper: SequenceUnwrapper; numbered: { n: number; packet: P }[] }>();
  for (const packet of packets) {
    let source = bySource.get(packet.ssrc);
    if (source === undefined) {
      source = { unwrapper: new SequenceUnwrapper(), numbered: [] };
      bySource.set(packet.ssrc, source);
    }
    source.numbered.push({ n: source.unwrapper.extend(packet.sequence), packet });
  }
  return [...bySource.values()].map(({ numbered }) => numbered.sort((a, b) => a.n - b.n).map(({ packet }) => packet));
}

class Placing {
  readonly #sent: Sent;
  readonly #origin: Instant;

  constructor(sent: Sent, origin: Instant) {
    this.#sent = sent;
    this.#origin = origin;
  }

  /** Places all packets of the source. @returns the last reading of its clock. */
  place(known: ClockReading | undefined, into: PlacedPacket[]): ClockReading | undefined {
    let clock = known;
    for (const [at, packet] of this.#sent.entries()) {
      const { timestamp } = packet;
      const { isSettled, ...tied } = this.#tied(clock, at, packet);
      const frame = frameOf(tied, packet);
      into.push({ frame, packet });
      clock = this.#followed({ timestamp, frame, isSettled }, clock?.drift, packet);
    }
    return clock;
  }

  /** The clock behind a packet that was placed, moved where it drifts. */
  #followed(placed: ClockReading, before: DriftWatch | undefined, packet: AudioPacket): ClockReading {
    if (!placed.isSettled) return placed;
    const arrival = this.#arrivalFrame(packet);
    const { watch, shift } = watchDrift(before, arrival, arrival - placed.frame);
    return { ...placed, frame: placed.frame + shift, drift: watch };
  }

  /** The clock by which the packet is placed: the one that is known, or that one moved to where the packets are. */
  #tied(known: ClockReading | undefined, at: number, packet: AudioPacket): ClockReading {
    const { timestamp } = packet;
    const clock = known ?? { timestamp, frame: Math.round(this.#arrivalFrame(packet)), isSettled: false };
    if (clock.isSettled && Math.abs(this.#deviation(clock, packet)) <= deviationFrames) return clock;
    const { least, isSettled } = this.#fastest(clock, at, packet);
    const isKept = known !== undefined && Math.abs(least) <= deviationFrames;
    if (isKept && (clock.isSettled || least >= 0)) return { ...clock, isSettled: clock.isSettled || isSettled };
    return { timestamp, frame: frameOf(clock, packet) + Math.round(least), isSettled };
  }

  /**
   * The smallest deviation among the packet and those sent soon after it, and whether they are enough to go by.
   */
  #fastest(clock: ClockReading, at: number, packet: AudioPacket): { least: number; isSettled: boolean } {
    const own = this.#deviation(clock, packet);
    let least = own;
    let seen = 1;
    const end = Math.min(this.#sent.length, at + mediaLimits.clockLookAheadPackets);
    for (let next = at + 1; next < end; next += 1) {
      const other = this.#sent[next];
      if (other === undefined || other.arrivedAt - packet.arrivedAt > mediaLimits.clockLookAheadMs) continue;
      const deviation = this.#deviation(clock, other);
      // Farther away than any packet may be late, it belongs to another run of the clock.
      if (deviation < own - lateFrames) continue;
      seen += 1;
      least = Math.min(least, deviation);
    }
    const isSettled = seen >= mediaLimits.clockSettledPackets;
    return { least, isSettled };
  }

  /** Frames by which the packet arrived later than its clock says it was sent. */
  #deviation(clock: ClockReading, packet: AudioPacket): number {
    return this.#arrivalFrame(packet) - frameOf(clock, packet);
  }

  #arrivalFrame(packet: AudioPacket): number {
    return (packet.arrivedAt - this.#origin) * framesPerMs;
  }
}

/**
 * Places the packets of one segment of a stream.
 * @param packets in the order of arrival.
 * @param clocks what earlier segments of the stream left behind; brought up to date.
 * @param origin the start of the recording.
 * @returns every packet once, sorted by frame.
 */
export function placeAudio(
  packets: readonly AudioPacket[],
  clocks: RtpClocks,
  origin: Instant,
): readonly PlacedPacket[] {
  const placed: PlacedPacket[] = [];
  for (const sent of inOrderSent(packets)) {
    const ssrc = sent[0]?.ssrc ?? 0;
    const reading = new Placing(sent, origin).place(clocks.get(ssrc), placed);
    if (reading !== undefined) clocks.set(ssrc, reading);
  }
  return placed.sort((a, b) => a.frame - b.frame);
}
