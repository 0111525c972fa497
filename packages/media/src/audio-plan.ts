/** The exact shape of rendered audio, known from the recording's stretch and its pauses alone. */
import { earliest, Fault, type Interval, latest, needs, union } from '@tacet/domain';
import { wavHeader } from '@tacet/wire/container';
import { type FrameRange, frameAt, frameRate, framesOf } from './frames.ts';

/**
 * What stands in place of what was withheld: silence of true length, nothing (what follows moves up), or a soft tone
 * of true length.
 */
export type GapMode = 'silence' | 'cut' | 'tone';

/** What the shape depends on. */
export interface AudioShape {
  /** From start to end of the recording. */
  readonly stretch: Interval;
  /** Where it was paused; may overlap. */
  readonly withheld: readonly Interval[];
  readonly channels: { readonly length: number };
}

export interface AudioPlan {
  readonly contentType: 'audio/wav';
  readonly channelCount: number;
  /** The WAV header. */
  readonly header: Uint8Array;
  /** Withheld stretches, sorted and apart, in frames of the recording. */
  readonly gaps: readonly FrameRange[];
  /** What is rendered, in order, in frames of the recording. */
  readonly pieces: readonly FrameRange[];
  readonly frameBytes: number;
  readonly lengthBytes: number;
}

const bytesPerSample = 2;

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
export function audioPlan({ stretch, withheld, channels }: AudioShape, gap: GapMode): AudioPlan {
  const origin = stretch.from;
  const frameCount = Math.max(0, frameAt(stretch.to, origin));
  const clipped = withheld.map(({ from, to }) => ({ from: latest(from, stretch.from), to: earliest(to, stretch.to) }));
  const gaps = union(clipped)
    .map((interval) => framesOf(interval, origin))
    .filter(({ from, to }) => from < to);
  const pieces = gap === 'cut' ? between(gaps, frameCount) : between([], frameCount);
  const channelCount = channels.length;
  const header = wavHeader({ channelCount, sampleRate: frameRate }, lengthOf(pieces));
  if (!header.ok) throw new Fault('formatUnavailable', { format: 'WAV', what: header.fault.code });
  const frameBytes = channelCount * bytesPerSample;
  const lengthBytes = header.value.length + lengthOf(pieces) * frameBytes;
  const contentType = 'audio/wav';
  return { contentType, channelCount, header: header.value, gaps, pieces, frameBytes, lengthBytes };
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
