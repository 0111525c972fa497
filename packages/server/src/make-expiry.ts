/** The rounds in which recordings are deleted whose date has come: one after another, until the server stops. */
import { join } from 'node:path';
import { Fault, type RecordingId } from '@tacet/domain';
import { Expiry, expiriesPerRound } from './control/index.ts';
import type { Core } from './server-core.ts';
import { FileBlobStore } from './store/index.ts';

/** Between two rounds of which the first did all that it may, in ms: there is more to do, and calls come first. */
const busyPauseMs = 1_000;

/** @param forget lets go of what else there is of a recording. */
export function startExpiry(
  { config, control, store, log }: Core,
  forget: (id: RecordingId) => Promise<void>,
  stack: AsyncDisposableStack,
): void {
  const expiry = new Expiry({ control, store, blobs: new FileBlobStore(join(config.dataDir, 'blobs')), forget });
  const everyMs = config.deletionIntervalSeconds * 1_000;
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<number> => {
    try {
      const { deleted, failed } = await expiry.round();
      if (deleted > 0) log.info('recordingsDeleted', { recordings: deleted });
      return deleted + failed < expiriesPerRound ? everyMs : Math.min(everyMs, busyPauseMs);
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'stopping')) control.report(error as Error);
      return everyMs;
    }
  };
  const wait = (ms: number): (() => void) =>
    control.clock.later(ms, () => {
      running = round().then((nextMs) => {
        if (!isStopping) cancel = wait(nextMs);
      });
    });
  let cancel = wait(Math.min(everyMs, busyPauseMs));
  stack.defer(async () => {
    isStopping = true;
    cancel();
    await running;
  });
}
