/** Waits for recordings that are not ready yet, as long as the caller wants to and we let it. */
import type { Clock } from '@tacet/domain';
import type { RecordingView } from '../control/index.ts';
import { httpLimits } from './http-limits.ts';

export interface Waiting {
  readonly clock: Clock;
  readonly maxWaitMs: number;
  /** Nobody waits any more. */
  readonly isGone: () => boolean;
}

/** Whether a recording has reached its end, good or bad. */
export function isReady({ recording }: RecordingView): boolean {
  return recording.fileState !== 'UPLOADING';
}

/** Reads until everything is ready or the time is up; returns what was read last. */
export async function readWhenReady(
  { clock, maxWaitMs, isGone }: Waiting,
  read: () => Promise<readonly RecordingView[]>,
): Promise<readonly RecordingView[]> {
  const until = clock.now() + Math.min(maxWaitMs, httpLimits.recordingWaitMs);
  for (;;) {
    const views = await read();
    const leftMs = until - clock.now();
    if (leftMs <= 0 || isGone() || views.every(isReady)) return views;
    await new Promise<void>((resolve) => {
      clock.later(Math.min(leftMs, httpLimits.recordingLookMs), resolve);
    });
  }
}
