/** Waits for recordings and their media that are not ready yet, as long as the caller wants to and we let it. */
import { after, type Clock, type Instant } from '@tacet/domain';
import type { RecordingView } from '../control/index.ts';
import { httpLimits } from './http-limits.ts';
import type { PreparedMedia } from './ports.ts';

export interface Waiting {
  readonly clock: Clock;
  readonly until: Instant;
  /** Nobody waits any more. */
  readonly isGone: () => boolean;
}

/** @param maxWaitMs as the caller wants it. */
export function waitingFor(clock: Clock, maxWaitMs: number, isGone: () => boolean): Waiting {
  return { clock, until: after(clock.now(), Math.min(maxWaitMs, httpLimits.recordingWaitMs)), isGone };
}

/** Whether a recording has reached its end, good or bad. */
export function isReady({ recording }: RecordingView): boolean {
  return recording.fileState !== 'UPLOADING';
}

/** Reads until everything is ready or the time is up; returns what was read last. */
export async function readWhenReady(
  { clock, until, isGone }: Waiting,
  read: () => Promise<readonly RecordingView[]>,
): Promise<readonly RecordingView[]> {
  for (;;) {
    const views = await read();
    const leftMs = until - clock.now();
    if (leftMs <= 0 || isGone() || views.every(isReady)) return views;
    await new Promise<void>((resolve) => {
      clock.later(Math.min(leftMs, httpLimits.recordingLookMs), resolve);
    });
  }
}

/**
 * Prepares media until it is ready or the time is up; asks again now and then, so that it goes on for us.
 * @throws Fault as preparing it fails.
 */
export async function preparedInTime(
  { clock, until, isGone }: Waiting,
  prepare: () => PreparedMedia,
): Promise<PreparedMedia> {
  for (;;) {
    const media = prepare();
    const leftMs = until - clock.now();
    if (media.isReady || leftMs <= 0 || isGone()) return media;
    const { promise: look, resolve } = Promise.withResolvers<void>();
    const cancelLook = clock.later(Math.min(leftMs, httpLimits.recordingLookMs), resolve);
    await Promise.race([media.changed, look]);
    cancelLook();
  }
}
