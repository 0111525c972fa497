/** What should be heard of a recording session: what its source has paused, or holds, is silent for a reason. */
import type { RecordingId, StreamId } from '@tacet/domain';
import type { ControlContext } from './context.ts';

/** Its streams, where at least one of them should be coming; none where that is not known. */
export function dueStreams({ live }: Pick<ControlContext, 'live'>, id: RecordingId): readonly StreamId[] {
  const owner = live.ofRecording(id);
  const recording = owner?.recordings.get(id);
  if (owner === undefined || recording === undefined) return [];
  // Rule: a recording session that its source has paused or holds may be silent for as long as it likes
  if ((recording.sourceCauses ?? []).length > 0) return [];
  const coming = recording.streams.filter((stream) => owner.captures.has(stream.id));
  if (coming.every(({ isMasked }) => isMasked === true)) return [];
  return coming.map((stream) => stream.id);
}
