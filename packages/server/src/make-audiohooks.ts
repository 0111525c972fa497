/** The AudioHook edge, built from the operator's key file; none without one. */
import { Fault } from '@tacet/domain';
import { AudioHooks, KeyFileError, readKeyFile } from './audiohook/index.ts';
import type { Config } from './config.ts';
import type { ControlContext } from './control/index.ts';
import type { Log } from './log.ts';

export interface AudioHookNeeds {
  readonly config: Pick<Config, 'audioHookKeysFile'>;
  readonly control: ControlContext;
  readonly log: Log;
}

/** @throws Fault stopping with a sentence in `facts.reason` when the key file cannot be used. */
export function makeAudioHooks({ config, control, log }: AudioHookNeeds): AudioHooks | undefined {
  if (config.audioHookKeysFile === undefined) return undefined;
  try {
    return new AudioHooks(control, log, readKeyFile(config.audioHookKeysFile));
  } catch (error) {
    if (error instanceof KeyFileError) throw new Fault('stopping', { reason: error.message }, error);
    throw error;
  }
}
