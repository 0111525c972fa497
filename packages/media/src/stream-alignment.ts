/**
 * Streams of one sender, aligned by its own clock. Each is placed by the packet that came fastest, and still stands late by
 * what even that one took; where sender reports tell, the later ones are moved up to the earliest. What they tell is
 * believed within bounds, and held on to where they say nothing.
 */
import type { SegmentDescriptor } from '@tacet/domain';
import { framesPerMs } from './frames.ts';
import { mediaLimits } from './limits.ts';
import type { ClockClaim } from './sender-clocks.ts';

type Segments = readonly Pick<SegmentDescriptor, 'captured'>[];

/** What is believed of a source. */
interface Belief {
  /** Frames by which it is moved: never later, so never above zero. */
  readonly shift: number;
  /** What its reports proposed last, believed or not. */
  readonly proposed: number;
}

/** By SSRC; the source told of longest ago is forgotten first. */
export type Beliefs = ReadonlyMap<number, Belief>;

interface Line {
  /** In the order of time. */
  readonly segments: Segments;
  readonly claims: (readonly ClockClaim[])[];
  readonly beliefs: Beliefs[];
}

const [largest, jump, agreed, unheard] = [
  mediaLimits.alignmentMsMax * framesPerMs,
  mediaLimits.alignmentJumpMs * framesPerMs,
  mediaLimits.reportsAgreedMs * framesPerMs,
  mediaLimits.driftToleratedMs * framesPerMs,
];

/** No source is moved by more. */
export const alignedEarlierFramesMax: number = largest;

export const noBeliefs: Beliefs = new Map();

/** How many of the segments begin before an instant. */
function countBefore(segments: Segments, at: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.captured.from ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The earliest clock among those that lie together with it: one that is far from all others is believed by none. */
function earliestNear(zeros: readonly number[], own: number): number {
  let head = own;
  let isFirst = true;
  for (const zero of [...zeros].sort((a, b) => a - b)) {
    if (zero > own) break;
    if (isFirst || zero - head > largest) head = zero;
    isFirst = false;
  }
  return head;
}

function judged(before: Belief | undefined, proposed: number): Belief {
  const held = before?.shift ?? 0;
  // A few milliseconds are the noise of two estimates, and nobody hears them.
  if (Math.abs(proposed - held) <= unheard) return { shift: held, proposed };
  const isSteady = before === undefined || Math.abs(proposed - held) <= jump;
  // Rule: reports that jump are believed when the next ones say the same
  const isRepeated = before !== undefined && Math.abs(proposed - before.proposed) <= agreed;
  return { shift: isSteady || isRepeated ? Math.round(proposed) : held, proposed };
}

/** The streams of one recording. What is believed in a segment follows from segments alone, wherever reading began. */
export class StreamAlignment {
  readonly #lines: readonly Line[];

  constructor(streams: readonly Segments[]) {
    this.#lines = streams.map((segments) => ({ segments, claims: [], beliefs: [] }));
  }

  /** What the reports in a segment say; to be told for all that begin before it ends, before it is asked about. */
  learn(stream: number, place: number, claims: readonly ClockClaim[]): void {
    const line = this.#lines[stream];
    if (line !== undefined) line.claims[place] = claims;
  }

  beliefs(stream: number, place: number): Beliefs {
    const line = this.#lines[stream];
    if (line === undefined || place < 0) return noBeliefs;
    for (let next = line.beliefs.length; next <= place; next += 1) {
      line.beliefs.push(this.#believed(line, next, line.beliefs[next - 1] ?? noBeliefs));
    }
    return line.beliefs[place] ?? noBeliefs;
  }

  #believed(line: Line, place: number, before: Beliefs): Beliefs {
    const own = line.claims[place] ?? [];
    if (own.length === 0) return before;
    const around = this.#claimsAround(line.segments[place]);
    const beliefs = new Map(before);
    for (const claim of own) {
      const zeros = around.filter(({ sender }) => sender === claim.sender).map(({ zero }) => zero);
      if (zeros.length < 2) continue;
      const belief = judged(before.get(claim.ssrc), earliestNear(zeros, claim.zero) - claim.zero);
      beliefs.delete(claim.ssrc);
      beliefs.set(claim.ssrc, belief);
    }
    for (const ssrc of beliefs.keys()) {
      if (beliefs.size <= mediaLimits.clocksPerStreamMax) break;
      beliefs.delete(ssrc);
    }
    return beliefs;
  }

  /** Claims of all streams in segments that have an instant in common with this one, itself among them. */
  #claimsAround(segment: Segments[number] | undefined): readonly ClockClaim[] {
    if (segment === undefined) return [];
    const { from, to } = segment.captured;
    return this.#lines.flatMap(({ segments, claims }) => {
      const found: ClockClaim[] = [];
      for (let at = countBefore(segments, to) - 1; at >= 0; at -= 1) {
        if ((segments[at]?.captured.to ?? from) <= from) break;
        found.push(...(claims[at] ?? []));
      }
      return found;
    });
  }
}
