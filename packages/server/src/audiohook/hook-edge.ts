/** What everything at the AudioHook edge works with: the way into control, and what is going on. */
import { type Asked, Fault, type RequestId } from '@tacet/domain';
import type { ControlContext } from '../control/index.ts';
import type { Log } from '../log.ts';
import type { HookRecording } from './hook-recording.ts';

export interface HookEdge {
  readonly control: ControlContext;
  readonly log: Log;
  readonly recordings: Set<HookRecording>;
  isStopping: boolean;
}

/** The client as the one who asks, under the name of its key. */
export function hookAsks({ control }: HookEdge, name: string, from: string): Asked {
  return { clientId: 'audioHook', name, from, door: 'AudioHook /audiohook', requestId: control.ids.next<RequestId>() };
}

/** What an operator must see of something that failed. */
export function noteHookFailure({ control, log }: HookEdge, error: unknown): void {
  if (!(error instanceof Fault)) {
    control.report(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  if (error.code === 'storageUnavailable') control.raise({ what: error.code, facts: { door: 'AudioHook' } });
  log.warn('audioHookFailed', { fault: error.code });
}
