/** Dates on which a recording is to be archived and deleted. */
import { Fault, type Instant, type Recording } from '@tacet/domain';
import { demand, type Request } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { hasLostKeys } from './expire-recordings.ts';
import { type RecordingIds, type RecordingView, readRecording } from './find-recordings.ts';
import { demandUnprotected } from './protect-recordings.ts';

/** Dates asked for; `undefined` takes one away. */
export interface RetentionDates {
  readonly archiveAt: Instant | undefined;
  readonly deleteAt: Instant | undefined;
}

function withDates(
  { retention: _before, ...recording }: Recording,
  { archiveAt, deleteAt }: RetentionDates,
): Recording {
  if (archiveAt === undefined && deleteAt === undefined) return recording;
  const retention = {
    ...(archiveAt === undefined ? {} : { archiveAt }),
    ...(deleteAt === undefined ? {} : { deleteAt }),
  };
  return { ...recording, retention };
}

/**
 * Sets both dates of a recording that is over.
 * @throws Fault conversationUnknown, recordingUnknown, permissionMissing, recordingProtected, constraintBroken or
 *   storageUnavailable.
 */
export async function changeRetention(
  context: ControlContext,
  { actor, asked }: Request,
  ids: RecordingIds,
  dates: RetentionDates,
): Promise<RecordingView> {
  const { conversation } = await readRecording(context, actor, ids);
  // Rule: retention dates are set with recording:recording:editRetention, beside the right to view
  demand(actor, 'recording:recording:editRetention', conversation);
  if (dates.deleteAt !== undefined) await demandUnprotected(context, ids.conversationId);
  await context.queue.run(ids.conversationId, async () => {
    const { recording } = await readRecording(context, actor, ids);
    if (recording.endedAt === undefined) {
      throw new Fault('constraintBroken', { field: 'deleteDate', problem: 'is for recordings that are over' });
    }
    // Rule: what is deleted, or has begun to be, gets no other date
    const hasBegun = recording.deletionBegunAt !== undefined || recording.fileState === 'DELETED';
    if (hasBegun || hasLostKeys(await context.store.segmentsOf(recording.id))) {
      throw new Fault('constraintBroken', { field: 'deleteDate', problem: 'is for recordings that are not deleted' });
    }
    const { archiveAt, deleteAt } = dates;
    const facts = {
      ...(archiveAt === undefined ? {} : { archiveAt }),
      ...(deleteAt === undefined ? {} : { deleteAt }),
    };
    const about = { at: context.clock.now(), by: asked, ...ids } as const;
    await context.store.commit({
      recordings: [withDates(recording, dates)],
      audit: [{ ...about, action: 'retentionChanged', result: 'done', facts }],
    });
  });
  return readRecording(context, actor, ids);
}
