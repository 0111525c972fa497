/** Pauses and holds that the source of the media tells of: causes of their own, which only the source ends (P6, ADR 17). */
import { type Asked, causeOf, type RecordingId, type SourceCause } from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { unlessOvertaken } from './hold.ts';
import type { LiveConversation } from './live-conversations.ts';
import { pause } from './pause.ts';
import type { SessionDescription } from './recording-session.ts';
import { resume } from './resume.ts';

const sourceCauses: readonly SourceCause[] = ['sourcePause', 'sourceHold'];

/** The causes that a recording session brings, as its source describes it now. */
export function sourceCausesOf(
  { policy }: Pick<ControlContext, 'policy'>,
  { source }: Pick<SessionDescription, 'source'>,
): readonly SourceCause[] {
  // Rule: one of several on hold silences nobody else, unless the policy says so
  const isHeld = source?.hold === 'all' || (source?.hold === 'some' && policy.suppressesOnHold);
  return [...(source?.isPaused === true ? ['sourcePause' as const] : []), ...(isHeld ? ['sourceHold' as const] : [])];
}

function isWanted({ recordings }: LiveConversation, cause: SourceCause): boolean {
  return [...recordings.values()].some((recording) => recording.sourceCauses?.includes(cause) === true);
}

/**
 * Pauses what the recording sessions want paused; resolves when every gate is shut and that is durable. To be called in
 * the conversation's turn.
 * @throws Fault gateUnconfirmed or storageUnavailable.
 */
export async function beginSourceCauses(context: ControlContext, live: LiveConversation, asked: Asked): Promise<void> {
  for (const cause of sourceCauses) {
    const isThere = causeOf(live.conversation.control, cause) !== undefined;
    if (isWanted(live, cause) && !isThere) await pause(context, { live, cause, asked });
  }
}

/**
 * Ends what no recording session wants any more; resolves when the gates are open, or stay shut for another reason.
 * Where no recording session is left nobody has said that the pause is over: it waits for the next one. To be called
 * outside of the conversation's turn; never throws.
 */
export async function endSourceCauses(context: ControlContext, live: LiveConversation, asked: Asked): Promise<void> {
  const { id } = live.conversation;
  for (const cause of sourceCauses) {
    const isDue = (): boolean =>
      causeOf(live.conversation.control, cause) !== undefined &&
      live.recordings.size > 0 &&
      !isWanted(live, cause) &&
      context.live.get(id) === live;
    if (!isDue()) continue;
    const turn = (): Promise<void> =>
      context.queue.run(id, async (superseded) => {
        // Rule: a pause of the source ends by the source's word, and no other pause ends with it
        if (isDue()) await resume(context, { live, cause, asked }, superseded);
      });
    await unlessOvertaken(turn).catch(context.report);
  }
}

/** Tries again what could not be opened when the source resumed: it refreshes its recording session, and nothing more. */
export async function settleSource(context: ControlContext, recordingId: RecordingId, asked: Asked): Promise<void> {
  const live = context.live.ofRecording(recordingId);
  if (live !== undefined) await endSourceCauses(context, live, asked);
}
