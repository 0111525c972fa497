/** A recording session ends: captures are closed and stored, and those who were in it leave. */
import {
  type Asked,
  type AuditDraft,
  type Recording,
  type RecordingId,
  type WriteBatch,
  withSettledTransfers,
} from '@tacet/domain';
import { withPolicies } from './apply-policies.ts';
import type { ControlContext } from './context.ts';
import { awaitAnother } from './conversation-life.ts';
import { endLeftHold } from './hold.ts';
import { sourceForgotten } from './kept-source.ts';
import type { LiveConversation } from './live-conversations.ts';
import { missedBy } from './missed-by.ts';
import { unseat } from './participants.ts';
import { endSourceCauses } from './source-causes.ts';
import { endStreams } from './streams.ts';
import { endUpload, uploadNoted } from './uploading.ts';

/** How often, and how many times, what could not be written down is tried again. */
const retryMs = 1_000;
const retriesMax = 600;

/** Closes and stores a recording, and lets those go who were in it. To be called in the conversation's turn. */
export async function finishRecording(
  context: ControlContext,
  live: LiveConversation,
  recording: Recording,
  asked: Asked,
): Promise<void> {
  const { id } = recording;
  const open = [...live.captures.values()].filter((capture) => capture.recordingId === id);
  const closed = await endStreams(
    context,
    live,
    recording,
    open.map((capture) => capture.streamId),
  );
  const at = context.clock.now();
  // Rule: a recording is not available before all its media is in store
  const upload = context.restoring.whole(closed.streams.map((stream) => stream.id));
  upload?.catch(() => undefined);
  const endState = upload === undefined ? 'AVAILABLE' : 'UPLOADING';
  const ending: Recording = { ...closed, endedAt: at, fileState: closed.fileState === 'ERROR' ? 'ERROR' : endState };
  const over = await withPolicies(context, live.conversation, ending);
  const others = new Set([...live.recordings.keys()].filter((other) => other !== id));
  const seating = { recordingId: id, at, others };
  live.conversation = withSettledTransfers(
    unseat(live.conversation, () => true, seating),
    at,
  );
  const about = { at, result: 'done', by: asked, conversationId: recording.conversationId, recordingId: id } as const;
  const audit: AuditDraft = { ...about, action: 'recordingEnded', facts: {} };
  context.live.dropRecording(live, id);
  awaitAnother(context, live, context.policy.lingerMs);
  const timelines = await missedBy(context, over, at);
  const documents = [sourceForgotten(id), ...(upload === undefined ? [] : [uploadNoted(id)])];
  const ended = { recordings: [over], timelines, documents, audit: [audit] };
  const written = context.store.commit({ conversations: [live.conversation], ...ended });
  // The conversation is written whole by whatever changes it next, its end at the latest.
  const writtenLater = written.catch(() => writeLater(context, ended));
  // What is not in store when the server stops is left to the next start.
  void Promise.all([writtenLater, upload]).then(
    () => upload && endUpload(context, id),
    () => undefined,
  );
  await written;
}

/** A recording that has ended but could not be written down must not come back as a live one with the next start. */
async function writeLater(context: ControlContext, batch: WriteBatch): Promise<void> {
  for (let left = retriesMax; ; left -= 1) {
    await new Promise<void>((resolve) => {
      context.clock.later(retryMs, resolve);
    });
    try {
      return await context.store.commit(batch);
    } catch (error) {
      if (left > 0) continue;
      context.report(error as Error);
      throw error;
    }
  }
}

/** Ends a recording session; ending one that is over does nothing. */
export async function endRecordingSession(
  context: ControlContext,
  recordingId: RecordingId,
  asked: Asked,
): Promise<void> {
  // Rule: a recording is not available before all that was left of it by a crash is in store
  await context.restoring.done();
  const live = context.live.ofRecording(recordingId);
  if (live === undefined) return;
  await context.queue.run(live.conversation.id, async () => {
    const recording = live.recordings.get(recordingId);
    if (recording !== undefined) await finishRecording(context, live, recording, asked);
    endLeftHold(context, live);
  });
  await endSourceCauses(context, live, asked);
}
