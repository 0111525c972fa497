/** A recording session ends: captures are closed and stored; the conversation ends when no other follows. */
import {
  type Asked,
  type AuditDraft,
  ended,
  Fault,
  type Instant,
  type Recording,
  type RecordingId,
  type StreamTimeline,
  subtract,
} from '@tacet/domain';
import { type ControlContext, systemAsks } from './context.ts';
import type { LiveConversation } from './live-conversations.ts';
import { unseat } from './participants.ts';
import { endStreams } from './streams.ts';

/** How long the end of a conversation waits for the store to come back. */
const endRetryMs = 2_000;

/** Ends the conversation, unless a recording session has joined it meanwhile. */
async function endConversation(context: ControlContext, live: LiveConversation): Promise<void> {
  const { id } = live.conversation;
  await context.queue.run(id, async () => {
    if (live.recordings.size > 0 || context.live.get(id) !== live) return;
    const at = context.clock.now();
    const over = ended(live.conversation, at);
    const by = systemAsks(context, 'conversation over');
    const audit: AuditDraft = { at, action: 'conversationEnded', result: 'done', by, conversationId: id, facts: {} };
    await context.store.commit({ conversations: [over], audit: [audit] });
    live.conversation = over;
    context.live.remove(id);
  });
}

/** Ends the conversation after `ms`, unless something joins it before; tries again while the store is down. */
export function linger(context: ControlContext, live: LiveConversation, ms: number): void {
  live.cancelLinger?.();
  live.cancelLinger = context.clock.later(ms, () => {
    endConversation(context, live).catch((error) => {
      context.report(error);
      const isStopping = error instanceof Fault && error.code === 'stopping';
      if (!isStopping && live.recordings.size === 0) linger(context, live, endRetryMs);
    });
  });
}

/** What a capture that broke off missed until the end: lost, but where the conversation was paused, withheld as ever. */
async function missedBy(context: ControlContext, recording: Recording, endedAt: Instant): Promise<StreamTimeline[]> {
  const spans = await context.store.spansOf(recording.conversationId);
  const paused = spans.map((span) => ({ from: span.closedAt, to: span.openedAt ?? endedAt }));
  return recording.streams.flatMap(({ id, failed }) => {
    if (failed === undefined) return [];
    const missed = subtract({ from: failed.at, to: endedAt }, paused);
    const lost = { kind: 'lost', unitCount: 0, reason: failed.reason } as const;
    return [{ streamId: id, intervals: missed.map((interval) => ({ ...interval, ...lost })) }];
  });
}

async function finish(
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
  const isFailed = closed.fileState === 'ERROR';
  const over: Recording = { ...closed, endedAt: at, fileState: isFailed ? 'ERROR' : 'AVAILABLE' };
  const others = new Set([...live.recordings.keys()].filter((other) => other !== id));
  const seating = { recordingId: id, at, others };
  live.conversation = unseat(live.conversation, () => true, seating);
  const about = { at, result: 'done', by: asked, conversationId: recording.conversationId, recordingId: id } as const;
  const audit: AuditDraft = { ...about, action: 'recordingEnded', facts: {} };
  context.live.dropRecording(live, id);
  if (live.recordings.size === 0) linger(context, live, context.policy.lingerMs);
  const timelines = await missedBy(context, over, at);
  await context.store.commit({ conversations: [live.conversation], recordings: [over], timelines, audit: [audit] });
}

/** Ends a recording session; ending one that is over does nothing. */
export async function endRecordingSession(
  context: ControlContext,
  recordingId: RecordingId,
  asked: Asked,
): Promise<void> {
  const live = context.live.ofRecording(recordingId);
  if (live === undefined) return;
  await context.queue.run(live.conversation.id, async () => {
    const recording = live.recordings.get(recordingId);
    if (recording !== undefined) await finish(context, live, recording, asked);
  });
}
