/** The real clock: wall time when the process started, plus monotonic time since, the same in every thread. */
import { type CancelTimer, type Clock, type Instant, instant } from '@tacet/domain';

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Wall time at zero of the monotonic clock, in ms; made once per process and handed to every thread. */
export function takeEpoch(): number {
  return Date.now() - monotonicMs();
}

/** @param epoch from `takeEpoch`; instants of all threads that share it can be compared. */
export function steadyClock(epoch: number): Clock {
  const offset = epoch + monotonicMs() - performance.now();
  return {
    now: (): Instant => instant(offset + performance.now()),
    later(ms, task): CancelTimer {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  };
}
