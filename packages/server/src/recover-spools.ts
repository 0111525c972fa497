/** What earlier runs left in the spool folder of a disk. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { diskSpoolFolder } from '@tacet/capture';
import type { BlobStore } from '@tacet/domain';
import { type ControlContext, NodeRecovery } from './control/index.ts';

/** @param path the spool folder; what is in it now was left by earlier runs. */
export function recoveryOf(control: ControlContext, blobs: BlobStore, path: string): NodeRecovery {
  return new NodeRecovery({
    control,
    blobs,
    folder: diskSpoolFolder(path, 'recovery'),
    breathe: () => nextTurn(),
  });
}
