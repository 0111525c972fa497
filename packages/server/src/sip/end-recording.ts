/** A recording session ends, by the peer's BYE or by ours; either way its captures are closed and stored. */
import type { Asked, RecordingId } from '@tacet/domain';
import { endRecordingSession, noteSourceGone, systemAsks } from '../control/index.ts';
import { answer } from './answers.ts';
import type { IncomingRequest } from './endpoint-user.ts';
import { readyInDialog } from './own-request.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import { type RecordingEdge, sourceAsks } from './recording-edge.ts';

export type EndReason =
  | 'bye'
  | 'unacknowledged'
  | 'expired'
  | 'refreshFailed'
  | 'stopping'
  | 'disconnected'
  | 'mediaInactive';

/** Takes the dialog out of sight at once, so that it ends only once. */
function forget(edge: RecordingEdge, recorded: RecordedDialog): boolean {
  if (recorded.isOver) return false;
  recorded.isOver = true;
  recorded.timers.stopAll();
  edge.dialogs.delete(recorded.key);
  edge.byRecording.delete(recorded.recordingId);
  edge.merges.delete(recorded.mergeKey);
  return true;
}

/** It could not be kept: it was never answered, and nobody has to be told. */
export function abandon(edge: RecordingEdge, recorded: RecordedDialog): void {
  forget(edge, recorded);
}

/** What cannot be written down now ends all the same, and is tried again with the rest of the end. */
function noteGone(edge: RecordingEdge, recorded: RecordedDialog, asked: Asked): Promise<void> {
  return noteSourceGone(edge.control, recorded, asked).catch(edge.control.report);
}

async function finish(edge: RecordingEdge, recorded: RecordedDialog, why: EndReason, asked: Asked): Promise<void> {
  const { recordingId, conversationId } = recorded;
  await endRecordingSession(edge.control, recordingId, asked);
  edge.log.info('recordingSessionEnded', { conversationId, recordingId, why });
  edge.control.observe?.sipSessionEnded(why);
}

async function sayBye(edge: RecordingEdge, recorded: RecordedDialog): Promise<void> {
  const ready = await readyInDialog(edge, recorded, { method: 'BYE' });
  const response = ready === undefined ? undefined : await edge.endpoint.ask(ready.request, ready.way);
  if (response === undefined) edge.log.warn('byeUnanswered', { recordingId: recorded.recordingId });
}

/**
 * BYE is answered when a crash cannot bring the recording back any more, which takes one commit; that it is closed and
 * stored the answer does not wait for. A repeated BYE is absorbed by its transaction meanwhile. Where the disk takes
 * nothing the answer is 200 all the same: for the peer the dialog ended as it sent its BYE (RFC 3261 §15.1.1), so that a
 * refusal would keep nothing and stop nobody.
 */
export async function endByPeer(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  incoming: IncomingRequest,
): Promise<void> {
  if (!forget(edge, recorded)) return answer(incoming, 200);
  const asked = sourceAsks(edge, incoming);
  // Rule: BYE is answered when no crash can bring its recording back
  const answered = noteGone(edge, recorded, asked).then(() => answer(incoming, 200));
  await Promise.all([answered, finish(edge, recorded, 'bye', asked)]);
}

/** Says BYE and ends the recording, side by side: neither waits for the other. Ending twice does nothing. */
export async function endByUs(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  why: Exclude<EndReason, 'bye'>,
): Promise<void> {
  if (!forget(edge, recorded)) return;
  const asked = systemAsks(edge.control, `SIP BYE, ${why}`);
  await Promise.all([noteGone(edge, recorded, asked), sayBye(edge, recorded), finish(edge, recorded, why, asked)]);
}

/**
 * The recording was ended by a request: it is closed and stored by now, and its source is told. A dialog that is not
 * confirmed yet is ended as soon as it is: before its ACK nobody may say BYE to the one who called (RFC 3261 §15).
 */
export function endByRequest(edge: RecordingEdge, recordingId: RecordingId): void {
  const recorded = edge.byRecording.get(recordingId);
  if (recorded === undefined) return;
  recorded.isUnwanted = true;
  if (recorded.success?.phase !== 'waiting') edge.tasks.add(endByUs(edge, recorded, 'disconnected'));
}
