/** What everything at the AudioHook edge works with: the way into control, and the log. */
import { type Asked, Fault, type RequestId } from '@tacet/domain';
import type { ControlContext } from '../control/index.ts';
import type { Log } from '../log.ts';

export interface HookGround {
  readonly control: ControlContext;
  readonly log: Log;
}

/** The client as the one who asks, under the name of its key. */
export function hookAsks({ control }: HookGround, name: string, from: string): Asked {
  return { clientId: 'audioHook', name, from, door: 'AudioHook /audiohook', requestId: control.ids.next<RequestId>() };
}

/** What an operator must see of something that failed. */
export function noteHookFailure({ control, log }: HookGround, error: unknown): void {
  if (!(error instanceof Fault)) {
    control.report(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  if (error.code === 'storageUnavailable') control.raise({ what: error.code, facts: { door: 'AudioHook' } });
  log.warn('audioHookFailed', { fault: error.code });
}
