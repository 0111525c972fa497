/** What becomes of each stream of a recording session, as its source may be told. */
import { isSecurePause, type RecordingId } from '@tacet/domain';
import type { ControlContext } from './context.ts';

/** `off`: nothing more is recorded of it, because its capture broke off. */
export type StreamRecordState = 'on' | 'paused' | 'off';

export interface RecordStates {
  /** By label. */
  readonly streams: ReadonlyMap<string, StreamRecordState>;
  readonly isSecurePause: boolean;
}

/** The state of a recording session that goes on; of one that is over there is nothing to tell. */
export function recordStatesOf({ live }: Pick<ControlContext, 'live'>, id: RecordingId): RecordStates {
  const owner = live.ofRecording(id);
  const streams = new Map<string, StreamRecordState>();
  if (owner === undefined) return { streams, isSecurePause: false };
  const { control } = owner.conversation;
  for (const { label, endedAt, failed, isMasked } of owner.recordings.get(id)?.streams ?? []) {
    if (failed !== undefined) streams.set(label, 'off');
    else if (endedAt === undefined) {
      streams.set(label, control.causes.length > 0 || isMasked === true ? 'paused' : 'on');
    }
  }
  return { streams, isSecurePause: isSecurePause(control) };
}
