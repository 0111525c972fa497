/** Captured, withheld and lost intervals of a stream, and their arithmetic. */
import type { Instant } from './instant.ts';

/** Half-open: `from` belongs to it, `to` does not. */
export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

/** Why units are missing by accident. */
export type LossReason = 'network' | 'overload' | 'storage' | 'crash';

/** What happened to a stream over a stretch of time; nothing else is ever recorded about what was not kept. */
export type StreamInterval =
  | (Interval & { readonly kind: 'withheld'; readonly unitCount: number })
  /**
   * While the gate was open, so many units inside the interval were refused or silenced for what they carry: keys that
   * a caller pressed, or copies of what was withheld. Units between them may well be kept.
   */
  | (Interval & { readonly kind: 'masked'; readonly unitCount: number })
  | (Interval & { readonly kind: 'lost'; readonly unitCount: number; readonly reason: LossReason });

/** Whether the two share an instant; an empty interval shares none with anything. */
export function overlaps(a: Interval, b: Interval): boolean {
  return Math.max(a.from, b.from) < Math.min(a.to, b.to);
}

/** Sorted, non-empty, with touching and overlapping ones joined. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = intervals.filter((i) => i.from < i.to).sort((a, b) => a.from - b.from);
  const joined: { from: Instant; to: Instant }[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (last === undefined || next.from > last.to) joined.push({ from: next.from, to: next.to });
    else if (next.to > last.to) last.to = next.to;
  }
  return joined;
}

/** What is left of `within` after taking all of `taken` away. */
export function subtract(within: Interval, taken: readonly Interval[]): readonly Interval[] {
  const left: Interval[] = [];
  let from = within.from;
  for (const gap of union(taken)) {
    if (gap.to <= from) continue;
    if (gap.from >= within.to) break;
    if (gap.from > from) left.push({ from, to: gap.from });
    from = gap.to;
  }
  if (from < within.to) left.push({ from, to: within.to });
  return left;
}

/** Length of `intervals` before `at`, in ms. */
export function lengthBefore(intervals: readonly Interval[], at: Instant): number {
  let ms = 0;
  for (const i of union(intervals)) {
    if (i.from >= at) break;
    ms += Math.min(i.to, at) - i.from;
  }
  return ms;
}

/** The pairs that share an instant: for a sound recording, stored against withheld, there is none. */
export function collisions<A extends Interval, B extends Interval>(
  as: readonly A[],
  bs: readonly B[],
): readonly (readonly [A, B])[] {
  const found: (readonly [A, B])[] = [];
  const sorted = [...bs].sort((x, y) => x.from - y.from);
  for (const a of as) {
    for (const b of sorted) {
      if (b.from >= a.to) break;
      if (overlaps(a, b)) found.push([a, b]);
    }
  }
  return found;
}
