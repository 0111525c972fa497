/** Stretches of a text that are masked. */
import type { TextMask } from '@tacet/domain';

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly mask: TextMask;
}

/** In order, and those that overlap as one. */
export function mergedSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = merged.at(-1);
    if (last === undefined || span.from >= last.to) merged.push(span);
    else if (span.to > last.to) merged[merged.length - 1] = { ...last, to: span.to };
  }
  return merged;
}
