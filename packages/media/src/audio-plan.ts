/** The exact shape of rendered audio, known from the recording's stretch and its pauses alone. */
import { earliest, Fault, type Interval, latest, needs, type Recording, union } from '@tacet/domain';
import { type WavEncoding, type WavFaultCode, wavFrameBytes, wavHeader, wavPadBytes } from '@tacet/wire/container';
import { type FrameRange, frameAt, framesOf } from './frames.ts';
import { renderRate } from './sound-codecs.ts';

/**
 * What stands in place of what was withheld: silence of true length, nothing (what follows moves up), or a soft tone
 * of true length.
 */
export type GapMode = 'silence' | 'cut' | 'tone';

/** How a recording is to sound, and how it is written down. */
export interface AudioStyle {
  readonly gap: GapMode;
  /** 16-bit PCM when left out. */
  readonly encoding?: WavEncoding;
  /** Participants beyond are heard in the last of so many channels; one channel each when left out. */
  readonly channelsMax?: number;
  /** Hertz; the rate that the streams have when left out. */
  readonly rateMax?: number;
}

/** What the shape depends on, beside its style. */
export interface AudioShape {
  /** From start to end of the recording. */
  readonly stretch: Interval;
  /** Where it was paused; may overlap. */
  readonly withheld: readonly Interval[];
  readonly channels: { readonly length: number };
  /** Whose streams say how much rate is needed; 8 kHz when left out. */
  readonly recording?: Pick<Recording, 'streams'>;
}

export interface AudioPlan {
  readonly contentType: 'audio/wav';
  readonly channelCount: number;
  /** Frames per second. */
  readonly rate: number;
  /** The WAV header. */
  readonly header: Uint8Array;
  /** Withheld stretches, sorted and apart, in frames of the recording. */
  readonly gaps: readonly FrameRange[];
  /** What is rendered, in order, in frames of the recording. */
  readonly pieces: readonly FrameRange[];
  /** Frames of the rendered audio; less than those of the recording where gaps are cut out. */
  readonly frameCount: number;
  readonly frameBytes: number;
  /** Bytes behind the last frame that belong to the file. */
  readonly padBytes: number;
  readonly lengthBytes: number;
}

/** Why a recording does not fit into WAV, for whoever asked for it. */
const tooMuch: { readonly [code in WavFaultCode]: string } = {
  wavFormatUnsupported: 'it has more channels than the format can hold',
  wavTooLarge: 'it is longer than the format can hold',
  wavMalformed: 'it cannot be written',
};

function lengthOf(ranges: readonly FrameRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** What is left of `frameCount` frames without the gaps. */
function between(gaps: readonly FrameRange[], frameCount: number): readonly FrameRange[] {
  const pieces: FrameRange[] = [];
  let from = 0;
  for (const gap of gaps) {
    if (gap.from > from) pieces.push({ from, to: gap.from });
    from = gap.to;
  }
  if (from < frameCount) pieces.push({ from, to: frameCount });
  return pieces;
}

/**
 * Plans the audio of a recording.
 * @throws Fault formatUnavailable when WAV cannot hold that many channels or that much sound.
 */
export function audioPlan({ stretch, withheld, channels, recording }: AudioShape, style: AudioStyle): AudioPlan {
  const origin = stretch.from;
  const rate = renderRate(recording?.streams ?? [], style.rateMax ?? Number.POSITIVE_INFINITY);
  const recorded = Math.max(0, frameAt(stretch.to, origin, rate));
  const clipped = withheld.map(({ from, to }) => ({ from: latest(from, stretch.from), to: earliest(to, stretch.to) }));
  const gaps = union(clipped)
    .map((interval) => framesOf(interval, origin, rate))
    .filter(({ from, to }) => from < to);
  const pieces = between(style.gap === 'cut' ? gaps : [], recorded);
  const channelCount = Math.min(channels.length, style.channelsMax ?? channels.length);
  const format = { encoding: style.encoding ?? 'pcm16', channelCount, sampleRate: rate };
  const frameCount = lengthOf(pieces);
  const header = wavHeader(format, frameCount);
  if (!header.ok) throw new Fault('formatUnavailable', { format: 'WAV', why: tooMuch[header.fault.code] });
  const [frameBytes, padBytes] = [wavFrameBytes(format), wavPadBytes(format, frameCount)];
  const lengthBytes = header.value.length + frameCount * frameBytes + padBytes;
  const shape = { channelCount, rate, frameCount, frameBytes, padBytes, lengthBytes };
  return { contentType: 'audio/wav', header: header.value, gaps, pieces, ...shape };
}

/** The stretches of the recording whose sound stands in `bytes` of the file behind the header, in order. */
export function piecesWithin(plan: AudioPlan, bytes: FrameRange): readonly FrameRange[] {
  needs(bytes.from >= 0 && bytes.from <= bytes.to, 'a range does not end before it begins');
  const first = Math.floor(bytes.from / plan.frameBytes);
  const last = Math.ceil(bytes.to / plan.frameBytes);
  const found: FrameRange[] = [];
  let passed = 0;
  for (const piece of plan.pieces) {
    const from = piece.from + Math.max(0, first - passed);
    const to = Math.min(piece.to, piece.from + last - passed);
    if (from < to) found.push({ from, to });
    passed += piece.to - piece.from;
  }
  return found;
}
