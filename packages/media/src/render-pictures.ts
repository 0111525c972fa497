/**
 * A recording with pictures as frames in place: those that can be shown, a card where the recording was paused, and its
 * sound with silence where there is none. How they are put into a file is somebody else's business.
 */
import {
  type Codec,
  type Interval,
  type Recording,
  type SegmentDescriptor,
  type StreamTimeline,
  union,
} from '@tacet/domain';
import { opusPacketMs } from '@tacet/wire/codec';
import { vp8PictureSize } from '@tacet/wire/video';
import { framesPerMs } from './frames.ts';
import { type PicturePacket, pictureFrames, picturePackets } from './picture-packets.ts';
import { type AudioPacket, inOrderSent, placeAudio } from './place-audio.ts';
import { readSegment, type SegmentPorts } from './read-segment.ts';
import { RtpClocks } from './rtp-clocks.ts';
import { clockClaims } from './sender-clocks.ts';
import { StreamAlignment } from './stream-alignment.ts';

/** Everything about a recording that its pictures are made of. */
export interface PictureScore {
  readonly recording: Pick<Recording, 'id' | 'streams'>;
  readonly stretch: Interval;
  readonly segments: readonly SegmentDescriptor[];
  /** Where the recording was paused. */
  readonly withheld: readonly Interval[];
  /** What each stream did not keep, and why. */
  readonly timelines: readonly StreamTimeline[];
}

/** A frame, or a packet of sound. */
export interface PlacedFrame {
  /** From the start of the recording. */
  readonly atMs: number;
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
}

export interface RenderedTrack {
  readonly codec: Codec;
  readonly kind: 'video' | 'audio';
  /** Of pictures: what the first one has. */
  readonly width: number;
  readonly height: number;
  /** In the order of time. */
  readonly frames: readonly PlacedFrame[];
}

/** What is shown for the length of a pause: a key frame, and how often it stands there, so that a player finds it. */
export interface StillCard {
  readonly frame: Uint8Array;
  readonly everyMs: number;
}

/** 20 ms of silence that any Opus decoder knows (RFC 6716 §3.1: CELT, full band, one frame). */
const silence = Uint8Array.from([0xf8, 0xff, 0xfe]);
const silenceMs = 20;
/** Shorter than that, it is the jitter of two estimates. */
const soundGapMs = 60;

interface Line {
  readonly codec: Codec;
  readonly packets: readonly PicturePacket[];
  /** In ms from the start of the recording. */
  readonly placeOf: ReadonlyMap<AudioPacket, number>;
  readonly gaps: readonly Gap[];
}

interface Gap {
  readonly from: number;
  readonly to: number;
}

function gapsOf({ withheld, timelines, stretch }: PictureScore, streamId: string): readonly Gap[] {
  const own = timelines.filter((one) => one.streamId === streamId).flatMap(({ intervals }) => intervals);
  const shut = own.filter(({ kind }) => kind === 'withheld').map(({ from, to }) => ({ from, to }));
  const { from: origin, to: end } = stretch;
  return union([...withheld, ...shut])
    .map(({ from, to }) => ({ from: Math.max(0, from - origin), to: Math.min(end, to) - origin }))
    .filter(({ from, to }) => to > from);
}

/** Within its own side of every gap, wherever its clock says that it stands. */
function clear(atMs: number, arrivedMs: number, gaps: readonly Gap[]): number {
  let at = Math.max(0, atMs);
  for (const { from, to } of gaps) {
    if (arrivedMs >= to) at = Math.max(at, to);
    else if (arrivedMs <= from) at = Math.min(at, Math.max(0, from - 1));
  }
  return at;
}

/** Reads and places every stream. @throws Fault recordingDamaged; storageUnavailable. */
async function readLines(score: PictureScore, ports: SegmentPorts): Promise<readonly Line[]> {
  const { recording, segments, stretch } = score;
  const byStream = recording.streams.map(({ id }) =>
    segments.filter((segment) => segment.streamId === id).sort((a, b) => a.number - b.number),
  );
  const alignment = new StreamAlignment(byStream);
  const read = [];
  for (const [place, stream] of recording.streams.entries()) {
    const clocks = new RtpClocks();
    const placed = [];
    const packets: PicturePacket[] = [];
    for (const [number, segment] of (byStream[place] ?? []).entries()) {
      const { units, flaw } = await readSegment(segment, ports);
      // A file of which a part is missing would say nothing about it.
      if (flaw !== undefined) throw flaw.fault;
      const sent = picturePackets(units, stream.codecs);
      for (const packet of sent) packets.push(packet);
      const own = placeAudio(sent, clocks, stretch.from);
      alignment.learn(place, number, clockClaims(units, own));
      for (const one of own) placed.push({ ...one, number });
    }
    read.push({ place, stream, placed, packets });
  }
  return read.flatMap(({ place, stream, placed, packets }) => {
    const [codec] = stream.codecs;
    if (codec === undefined) return [];
    const gaps = gapsOf(score, stream.id);
    const placeOf = new Map(
      placed.map(({ packet, frame, number }) => {
        const shift = alignment.beliefs(place, number).get(packet.ssrc)?.shift ?? 0;
        return [packet, clear((frame + shift) / framesPerMs, packet.arrivedAt - stretch.from, gaps)];
      }),
    );
    return [{ codec, packets: inOrderSent(packets).flat(), placeOf, gaps }];
  });
}

function cards(gaps: readonly Gap[], { frame, everyMs }: StillCard): readonly PlacedFrame[] {
  return gaps.flatMap(({ from, to }) => {
    const count = Math.max(1, Math.ceil((to - from) / everyMs));
    return Array.from({ length: count }, (_, n) => ({ atMs: from + n * everyMs, data: frame, isKeyFrame: true }));
  });
}

function inTime(frames: readonly PlacedFrame[]): readonly PlacedFrame[] {
  let last = Number.NEGATIVE_INFINITY;
  return [...frames]
    .sort((a, b) => a.atMs - b.atMs)
    .map((frame) => {
      // Files count in whole milliseconds, and no two frames of a track may share one.
      const atMs = Math.max(Math.round(frame.atMs), last + 1);
      last = atMs;
      return { ...frame, atMs };
    });
}

function pictures({ codec, packets, placeOf, gaps }: Line, card: StillCard, stretch: Interval): RenderedTrack {
  const isBehindEdge = (packet: PicturePacket, before: PicturePacket): boolean => {
    const [arrived, earlier] = [packet.arrivedAt - stretch.from, before.arrivedAt - stretch.from];
    return packet.ssrc !== before.ssrc || gaps.some(({ to }) => earlier < to && arrived >= to);
  };
  const shown = pictureFrames(packets, isBehindEdge).map(({ first, data, isKeyFrame }): PlacedFrame => {
    return { atMs: placeOf.get(first) ?? 0, data, isKeyFrame };
  });
  const frames = inTime([...shown, ...cards(gaps, card)]);
  const size = shown.map(({ data }) => vp8PictureSize(data)).find((one) => one !== undefined);
  const { width, height } = size ?? vp8PictureSize(card.frame) ?? { width: 16, height: 16 };
  return { codec, kind: 'video', width, height, frames };
}

/** Packets of sound, and silence wherever none is. */
function sound({ codec, packets, placeOf }: Line, stretch: Interval): RenderedTrack {
  const heard = inTime(
    packets
      .filter(({ part }) => part.length > 0)
      .map((packet) => ({ atMs: placeOf.get(packet) ?? 0, data: packet.part, isKeyFrame: true })),
  );
  const frames: PlacedFrame[] = [];
  let until = 0;
  const fill = (to: number): void => {
    if (to - until < soundGapMs) return;
    for (; until + silenceMs <= to; until += silenceMs) frames.push({ atMs: until, data: silence, isKeyFrame: true });
  };
  for (const frame of heard) {
    fill(frame.atMs);
    frames.push(frame);
    until = Math.max(until, frame.atMs + opusPacketMs(frame.data));
  }
  fill(stretch.to - stretch.from);
  return { codec, kind: 'audio', width: 0, height: 0, frames: inTime(frames) };
}

/**
 * Everything of a recording that can be shown and heard, in tracks of one time.
 * @throws Fault recordingDamaged where a segment does not verify; storageUnavailable.
 */
export async function renderPictures(
  score: PictureScore,
  card: StillCard,
  ports: SegmentPorts,
): Promise<readonly RenderedTrack[]> {
  const lines = await readLines(score, ports);
  return lines.map((line) =>
    line.codec.name === 'OPUS' ? sound(line, score.stretch) : pictures(line, card, score.stretch),
  );
}
