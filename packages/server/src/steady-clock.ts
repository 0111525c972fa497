/** The real clock: wall time when the process started, plus monotonic time since, the same in every thread. */
import { type CancelTimer, type Clock, type Instant, instant } from '@tacet/domain';

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Readings of two clocks side by side; the closest pair counts, for a thread may be held up between two of them. */
const readings = 8;

/** How far `clock` is ahead of `reference`, both in ms. */
function offsetBetween(clock: () => number, reference: () => number): number {
  let closest = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let reading = 0; reading < readings; reading += 1) {
    const before = reference();
    const value = clock();
    const after = reference();
    if (after - before >= closest) continue;
    closest = after - before;
    offset = value - (before + after) / 2;
  }
  return offset;
}

/** Wall time at zero of the monotonic clock, in ms; made once per process and handed to every thread. */
export function takeEpoch(): number {
  return offsetBetween(Date.now, monotonicMs);
}

/** @param epoch from `takeEpoch`; instants of all threads that share it can be compared. */
export function steadyClock(epoch: number): Clock {
  // `performance.now()` counts from the start of each thread, and is quicker to read.
  const offset = epoch + offsetBetween(monotonicMs, () => performance.now());
  return {
    now: (): Instant => instant(offset + performance.now()),
    later(ms, task): CancelTimer {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  };
}
