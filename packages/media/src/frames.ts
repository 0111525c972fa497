/** Frames: one sample of every channel, at the rate of G.711 unless another is said. */
import type { Instant, Interval } from '@tacet/domain';

/** Hertz; the rate in which packets are placed, and the lowest in which they are rendered (RFC 3551 §4.5.14). */
export const frameRate = 8_000;
export const framesPerMs: number = frameRate / 1_000;

/** A stretch of frames; `from` belongs to it, `to` does not. */
export interface FrameRange {
  readonly from: number;
  readonly to: number;
}

/** The frame at an instant, from `origin` on; a whole number. */
export function frameAt(at: Instant, origin: Instant, rate: number = frameRate): number {
  return Math.round(((at - origin) * rate) / 1_000);
}

export function framesOf(interval: Interval, origin: Instant, rate: number): FrameRange {
  return { from: frameAt(interval.from, origin, rate), to: frameAt(interval.to, origin, rate) };
}

/** What two stretches have in common; empty (`from` not below `to`) when that is nothing. */
export function common(a: FrameRange, b: FrameRange): FrameRange {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}
