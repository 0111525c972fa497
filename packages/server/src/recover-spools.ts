/** Reads what earlier runs left in the spool folder, stores it, and clears it away. */
import { diskSpoolFolder, type RecoveredCapture, type SpoolFolder, SpoolReading } from '@tacet/capture';
import type { BlobStore, StreamId } from '@tacet/domain';
import { type ControlContext, type Recovered, recoverCapture, recoverNode } from './control/index.ts';

/** Spool files of one worker in one run share everything before the last dash. */
function runOf(name: string): string {
  return name.slice(0, name.lastIndexOf('-'));
}

/** Spool files to be read. */
export type SpoolFiles = Pick<SpoolFolder, 'names' | 'readAll'>;

/** What the spool files tell, one worker's run after another. */
export function* readSpools(folder: SpoolFiles): Generator<RecoveredCapture> {
  const runs = new Map<string, string[]>();
  for (const name of folder.names()) runs.set(runOf(name), [...(runs.get(runOf(name)) ?? []), name]);
  for (const names of runs.values()) {
    const reading = new SpoolReading();
    for (const name of names) reading.read(folder.readAll(name));
    yield* reading.captures();
  }
}

/** Recovers everything before anything new starts; only then are the spool files removed. */
export async function recoverSpools(context: ControlContext, blobs: BlobStore, path: string): Promise<Recovered> {
  const folder = diskSpoolFolder(path, 'recovery');
  const names = folder.names();
  const at = context.clock.now();
  const found = new Map<StreamId, RecoveredCapture>();
  for (const capture of readSpools(folder)) {
    await recoverCapture(context, blobs, capture, at);
    found.set(capture.live.streamId, capture);
  }
  const recovered = await recoverNode(context, found);
  for (const name of names) await folder.remove(name);
  return recovered;
}
