/** Dialogs of recordings that go on are there again before the first request is taken (P4). */
import type { RecordingId } from '@tacet/domain';
import { parseMessage, type SipResponse } from '@tacet/wire/sip';
import { formVersion, type KeptDialog } from './keep-dialog.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';
import { armExpiry } from './session-expiry.ts';
import { sendSuccess } from './success-repeat.ts';
import { TimerSet } from './timer-set.ts';

/** Somebody who never got the 2xx, or whose ACK was not heard, gets it again. */
function repeatSuccess(edge: RecordingEdge, recorded: RecordedDialog, bytes: Uint8Array): void {
  const parsed = parseMessage(bytes);
  if (!parsed.ok || parsed.message.kind !== 'response') return;
  const respond = (response: SipResponse): void => edge.endpoint.sendSuccess(response, recorded.way);
  sendSuccess(edge, recorded, { respond }, parsed.message);
}

function restore(edge: RecordingEdge, kept: KeptDialog): void {
  const { success, isOffering, formVersion: _, ...plain } = kept;
  const recorded: RecordedDialog = {
    ...plain,
    metadata: plain.metadata,
    agreedTimer: plain.agreedTimer,
    toldAt: plain.toldAt,
    untold: plain.untold,
    timers: new TimerSet(edge.control.clock),
    exchange: isOffering ? 'offering' : 'none',
    success: undefined,
    isOver: false,
    isTakenUp: true,
  };
  edge.dialogs.set(recorded.key, recorded);
  edge.byRecording.set(recorded.recordingId, recorded);
  edge.merges.add(recorded.mergeKey);
  if (success !== undefined) repeatSuccess(edge, recorded, success);
  // One whose time ran out meanwhile ends at once.
  armExpiry(edge, recorded);
}

/** The dialogs of recordings that go on answer in sequence from here on. @returns recordings that nobody can speak for. */
export function restoreDialogs(
  edge: RecordingEdge,
  sources: ReadonlyMap<RecordingId, unknown>,
): readonly RecordingId[] {
  const lost: RecordingId[] = [];
  for (const [recordingId, state] of sources) {
    const kept = state as KeptDialog;
    if (kept.formVersion === formVersion) restore(edge, kept);
    else lost.push(recordingId);
  }
  return lost;
}
