/** Streams that their source masks while others of the recording session go on: each has its own gate shut (ADR 17). */
import {
  type Asked,
  type AuditDraft,
  after,
  Fault,
  limits,
  type RecordedStream,
  type Recording,
  type StreamId,
  startsClosed,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { unlessOvertaken } from './hold.ts';
import type { LiveConversation } from './live-conversations.ts';
import type { SessionDescription } from './recording-session.ts';

function withMask({ isMasked: _before, ...stream }: RecordedStream, isMasked: boolean): RecordedStream {
  return isMasked ? { ...stream, isMasked } : stream;
}

/** The recording with each stream that goes on masked, or not, as the description says. */
export function withMasks(recording: Recording, { streams }: Pick<SessionDescription, 'streams'>): Recording {
  const maskOf = new Map(streams.map(({ label, isMasked }) => [label, isMasked === true]));
  const masked = recording.streams.map((stream) => {
    const isMasked = stream.endedAt === undefined ? maskOf.get(stream.label) : undefined;
    return isMasked === undefined ? stream : withMask(stream, isMasked);
  });
  return { ...recording, streams: masked };
}

/** Streams of the recording that are masked, or not, though they were otherwise in the recording before. */
export function maskMoves(
  before: Recording,
  { streams }: Recording,
): { readonly masked: readonly StreamId[]; readonly unmasked: readonly StreamId[] } {
  const was = new Map(before.streams.map(({ id, isMasked }) => [id, isMasked === true]));
  const moved = streams.filter(({ id, isMasked }) => was.has(id) && was.get(id) !== (isMasked === true));
  const idsOf = (isMasked: boolean): readonly StreamId[] =>
    moved.filter((stream) => (stream.isMasked === true) === isMasked).map(({ id }) => id);
  return { masked: idsOf(true), unmasked: idsOf(false) };
}

/** Shuts the gates of streams that are masked from now on. @throws Fault gateUnconfirmed; those that shut stay so. */
export async function shutMasked(
  context: ControlContext,
  live: LiveConversation,
  masked: readonly StreamId[],
): Promise<void> {
  if (masked.length === 0) return;
  const report = await context.media.close(masked, limits.gateDeadlineMs);
  const streams = report.unconfirmed.filter((id) => live.captures.has(id));
  if (streams.length === 0) return;
  const conversationId = live.conversation.id;
  context.raise({ what: 'gateUnconfirmed', facts: { conversationId, streams: streams.length } });
  throw new Fault('gateUnconfirmed', { streams });
}

/** The audit entry of streams that are masked from now on, or no longer; none where nothing moved. */
export function auditOfMasks(
  { at, by, recordingId, conversationId }: Pick<AuditDraft, 'at' | 'by' | 'recordingId' | 'conversationId'>,
  { masked, unmasked }: ReturnType<typeof maskMoves>,
): readonly AuditDraft[] {
  if (masked.length + unmasked.length === 0) return [];
  const about = { at, by, ...(recordingId && { recordingId }), ...(conversationId && { conversationId }) };
  return [{ ...about, action: 'streamsMasked', result: 'done', facts: { masked, unmasked } }];
}

/** Shut again, and written down as masked: a gate that could not be opened is not taken for an open one. */
async function maskAgain(
  context: ControlContext,
  live: LiveConversation,
  asked: Asked,
  ids: readonly StreamId[],
): Promise<void> {
  const again = await context.media.close(ids, limits.gateDeadlineMs);
  const conversationId = live.conversation.id;
  context.raise({ what: 'gateUnconfirmed', facts: { conversationId, streams: ids.length } });
  for (const recording of [...live.recordings.values()]) {
    const streams = recording.streams.map((stream) => (ids.includes(stream.id) ? withMask(stream, true) : stream));
    const audit: AuditDraft = {
      at: context.clock.now(),
      action: 'streamsMasked',
      result: 'failed',
      by: asked,
      conversationId,
      recordingId: recording.id,
      facts: { streams: ids, unconfirmed: again.unconfirmed },
    };
    if (!recording.streams.some(({ id }) => ids.includes(id))) continue;
    context.live.putRecording(live, { ...recording, streams });
    await context.store.commit({ recordings: [{ ...recording, streams }], audit: [audit] });
  }
}

/**
 * Opens the gates of streams that are masked no longer. Where the conversation is paused they open with it instead. To
 * be called outside of the conversation's turn; never throws.
 */
export async function openUnmasked(
  context: ControlContext,
  live: LiveConversation,
  asked: Asked,
  unmasked: readonly StreamId[],
): Promise<void> {
  if (unmasked.length === 0) return;
  const { id } = live.conversation;
  const notBefore = after(context.clock.now(), context.policy.resumeGuardMs);
  const turn = (): Promise<void> =>
    context.queue.run(id, async (superseded) => {
      // Rule: a stream that is masked no longer stays shut while its conversation is paused
      if (startsClosed(live.conversation.control)) return;
      const due = unmasked.filter((one) => live.captures.has(one));
      if (superseded.aborted) throw new Fault('supersededByPause', { conversationId: id });
      const report = await context.media.open(due, notBefore, limits.gateDeadlineMs);
      const missing = report.unconfirmed.filter((one) => live.captures.has(one));
      if (missing.length === 0) return;
      if (superseded.aborted) throw new Fault('supersededByPause', { conversationId: id });
      await maskAgain(context, live, asked, missing);
    });
  await unlessOvertaken(turn).catch(context.report);
}
