/** Instants on the node's steady clock and their ISO form. */

declare const brand: unique symbol;
/**
 * Milliseconds since the Unix epoch, with fractions down to a microsecond, read from a clock that never steps
 * backwards within one run of a node: wall time at the start of the process plus monotonic time since. A double keeps
 * whole microseconds apart, in sums as well, until 2^41 ms: September 2039.
 */
export type Instant = number & { readonly [brand]: 'instant' };

/** Makes an instant from milliseconds since the Unix epoch, rounded to whole microseconds. */
export function instant(ms: number): Instant {
  return (Math.round(ms * 1000) / 1000) as Instant;
}

/** The instant `ms` milliseconds after `at` (before it when negative). */
export function after(at: Instant, ms: number): Instant {
  return instant(at + ms);
}

export function earliest(a: Instant, b: Instant): Instant {
  return a <= b ? a : b;
}

export function latest(a: Instant, b: Instant): Instant {
  return a >= b ? a : b;
}

/** ISO 8601 with milliseconds and `Z`, as the contract writes every date. */
export function toIso(at: Instant): string {
  return new Date(Math.floor(at)).toISOString();
}
