/** Frames: one sample of every channel, at the rate of G.711. */
import type { Instant, Interval } from '@tacet/domain';

/** Hertz; the rate of everything that is rendered (RFC 3551 §4.5.14). */
export const frameRate = 8_000;
export const framesPerMs: number = frameRate / 1_000;

/** A stretch of frames; `from` belongs to it, `to` does not. */
export interface FrameRange {
  readonly from: number;
  readonly to: number;
}

/** The frame at an instant, from `origin` on; a whole number. */
export function frameAt(at: Instant, origin: Instant): number {
  return Math.round((at - origin) * framesPerMs);
}

export function framesOf(interval: Interval, origin: Instant): FrameRange {
  return { from: frameAt(interval.from, origin), to: frameAt(interval.to, origin) };
}

/** What two stretches have in common; empty (`from` not below `to`) when that is nothing. */
export function common(a: FrameRange, b: FrameRange): FrameRange {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}
