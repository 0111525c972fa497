/**
 * No two clocks run alike: one that is 100 ppm fast is a third of a second ahead within an hour. What the fastest packets
 * of several stretches in a row say alike is the clock and not the network, and the source is moved by it.
 */
import { framesPerMs } from './frames.ts';
import { mediaLimits } from './limits.ts';

/** How far the fastest packets of a source have stood off lately. */
export interface DriftWatch {
  /** Arrival, in frames, at which this stretch ends. */
  readonly until: number;
  /** Frames by which the fastest packet of this stretch arrived later than its clock says; negative: earlier. */
  readonly least: number;
  /** Stretches in a row that stood off to the same side, negative ones counted below zero. */
  readonly alikeCount: number;
  /** The smallest of what they stood off by. */
  readonly nearest: number;
}

const stretchFrames = mediaLimits.driftStretchMs * framesPerMs;
const toleratedFrames = mediaLimits.driftToleratedMs * framesPerMs;

function beginning(arrivalFrame: number, least: number): DriftWatch {
  return { until: arrivalFrame + stretchFrames, least, alikeCount: 0, nearest: 0 };
}

/**
 * Takes a packet into account.
 * @param deviation frames by which it arrived later than it was placed.
 * @returns what to go on with, and by how many frames the source's clock is to be moved from here on, mostly 0.
 */
export function watchDrift(
  watch: DriftWatch | undefined,
  arrivalFrame: number,
  deviation: number,
): { readonly watch: DriftWatch; readonly shift: number } {
  // After a pause, a hold or a long loss nothing is in a row with what was before.
  if (watch === undefined || arrivalFrame - watch.until > stretchFrames) {
    return { watch: beginning(arrivalFrame, deviation), shift: 0 };
  }
  if (arrivalFrame < watch.until) {
    return { watch: deviation < watch.least ? { ...watch, least: deviation } : watch, shift: 0 };
  }
  const next = beginning(arrivalFrame, deviation);
  const { least } = watch;
  if (Math.abs(least) <= toleratedFrames) return { watch: next, shift: 0 };
  const side = Math.sign(least);
  const isAlike = Math.sign(watch.alikeCount) === side;
  const alikeCount = isAlike ? watch.alikeCount + side : side;
  const nearest = isAlike ? side * Math.min(Math.abs(least), Math.abs(watch.nearest)) : least;
  if (Math.abs(alikeCount) < mediaLimits.driftStretches) return { watch: { ...next, alikeCount, nearest }, shift: 0 };
  return { watch: { ...next, least: deviation - nearest }, shift: Math.round(nearest) };
}
