/** Moves the packets of a segment to where their sender's clock says they belong, and none across the edge of a gap. */
import { framesPerMs } from './frames.ts';
import { mediaLimits } from './limits.ts';
import type { PlacedPacket } from './place-audio.ts';
import type { Beliefs } from './stream-alignment.ts';

export interface Move {
  /** What was believed in the segment that this one follows on; undefined where it follows on none. */
  readonly before: Beliefs | undefined;
  readonly beliefs: Beliefs;
  /** Frame across which nothing is moved: the end of a gap, or the start of the recording. */
  readonly edge: number;
}

/** A source on its way through the segment. */
interface Course {
  /** What it is to be moved by in the end, and what it is moved by now. */
  readonly wanted: number;
  shift: number | undefined;
  /** The time between two of its packets, and the one before. */
  readonly packetFrames: number;
  last: number;
}

const stepFrames = mediaLimits.alignmentStepMs * framesPerMs;

/** The shortest time between two packets of each source. */
function packetFramesOf(placed: readonly PlacedPacket[]): ReadonlyMap<number, number> {
  const [shortest, last] = [new Map<number, number>(), new Map<number, number>()];
  for (const { frame, packet } of placed) {
    const step = frame - (last.get(packet.ssrc) ?? Number.NEGATIVE_INFINITY);
    last.set(packet.ssrc, frame);
    if (step >= 1) shortest.set(packet.ssrc, Math.min(step, shortest.get(packet.ssrc) ?? step));
  }
  return shortest;
}

/**
 * The shift of the next packet. A source is moved little by little, so that neighbours overlap by less than can be heard,
 * and at once where it was silent.
 */
function nextShift({ wanted, shift, packetFrames, last }: Course, frame: number): number {
  if (shift === undefined) return wanted;
  const passed = frame - last;
  // Never so much that it would stand before the one before it.
  const step = Math.min(passed, stepFrames + Math.max(0, passed - packetFrames));
  return shift > wanted ? Math.max(wanted, shift - step) : Math.min(wanted, shift + step);
}

/**
 * @param placed sorted by frame.
 * @returns every packet once, sorted by frame; none earlier than the edge that was not so before.
 */
export function alignPackets(
  placed: readonly PlacedPacket[],
  { before, beliefs, edge }: Move,
): readonly PlacedPacket[] {
  const shifts = [...(before?.values() ?? []), ...beliefs.values()];
  if (shifts.every(({ shift }) => shift === 0)) return placed;
  const packetFrames = packetFramesOf(placed);
  const courses = new Map<number, Course>();
  const moved = placed.map(({ frame, packet }): PlacedPacket => {
    const { ssrc } = packet;
    let course = courses.get(ssrc);
    if (course === undefined) {
      const wanted = beliefs.get(ssrc)?.shift ?? 0;
      const shift = before === undefined ? undefined : (before.get(ssrc)?.shift ?? 0);
      course = { wanted, shift, packetFrames: packetFrames.get(ssrc) ?? 0, last: frame };
      courses.set(ssrc, course);
    }
    // Rule: alignment moves nothing across the edge of a gap, and drops nothing at it
    const aligned = Math.max(frame + nextShift(course, frame), Math.min(frame, edge));
    course.shift = aligned - frame;
    course.last = frame;
    return { frame: aligned, packet };
  });
  return moved.sort((a, b) => a.frame - b.frame);
}
