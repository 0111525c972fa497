/** What the media path tells on its own is written down before the spool lets go of it. */
import {
  type AuditDraft,
  type ConversationId,
  Fault,
  latest,
  limits,
  type MediaNews,
  type RecordedStream,
  type StreamInterval,
  subtract,
} from '@tacet/domain';
import { type ControlContext, systemAsks } from './context.ts';

type Failure = Extract<MediaNews, { readonly kind: 'captureFailed' }>;

function brokenOff(stream: RecordedStream, { at, reason }: Failure): RecordedStream {
  return { ...stream, endedAt: at, failed: { at, reason } };
}

/** A capture has failed: its gate is shut, what follows is lost, and a person is told. */
async function captureFailed(context: ControlContext, news: Failure): Promise<void> {
  const live = context.live.ofStream(news.streamId);
  if (live === undefined) return failedBehind(context, news);
  const conversationId = live.conversation.id;
  context.raise({ what: 'captureFailed', facts: { conversationId, streamId: news.streamId, reason: news.reason } });
  const turn = context.queue.run(conversationId, async () => {
    const capture = live.captures.get(news.streamId);
    const recording = capture === undefined ? undefined : live.recordings.get(capture.recordingId);
    if (capture === undefined || recording === undefined) return failedBehind(context, news, conversationId);
    context.live.dropCapture(live, news.streamId);
    const streams = recording.streams.map((s) => (s.id === news.streamId ? brokenOff(s, news) : s));
    const failed = { ...recording, streams, fileState: 'ERROR' as const };
    context.live.putRecording(live, failed);
    const audit: AuditDraft = {
      at: context.clock.now(),
      action: 'alarmRaised',
      result: 'failed',
      by: systemAsks(context, 'media path'),
      conversationId,
      recordingId: recording.id,
      facts: { what: 'captureFailed', streamId: news.streamId, reason: news.reason },
    };
    const timelines = [{ streamId: news.streamId, intervals: news.intervals }];
    await context.store.commit({ recordings: [failed], timelines, audit: [audit] });
  });
  // Whether that could be written down or not: whoever feeds the capture is to know of it.
  await turn.finally(() => context.sources.changed(conversationId));
}

/**
 * It failed while its end was under way. What it did not keep is told all the same, and a recording that is over lacks it.
 *
 * Rule: what a capture did not keep is told, also when its end was faster than its failure
 */
async function failedBehind(context: ControlContext, news: Failure, conversationId?: ConversationId): Promise<void> {
  const { streamId, intervals, at, reason } = news;
  // What is durable of it gets into store with the next start.
  context.restoring.noteStored(streamId);
  const recordings = conversationId === undefined ? [] : await context.store.recordingsOf(conversationId);
  const recording = recordings.find(({ streams }) => streams.some(({ id }) => id === streamId));
  const endedAt = recording?.streams.find(({ id }) => id === streamId)?.endedAt ?? at;
  const spans = conversationId === undefined ? [] : await context.store.spansOf(conversationId);
  const paused = spans.map(({ closedAt, openedAt }) => ({ from: closedAt, to: openedAt ?? latest(endedAt, at) }));
  const missed = endedAt > at ? subtract({ from: at, to: endedAt }, paused) : [];
  const rest = missed.map((interval): StreamInterval => ({ kind: 'lost', ...interval, unitCount: 0, reason }));
  await context.store.commit({
    recordings: recording?.endedAt === undefined ? [] : [{ ...recording, fileState: 'ERROR' }],
    timelines: [{ streamId, intervals: [...intervals, ...rest] }],
  });
}

/** Writes news down; resolves when that is durable. While the store is down it tries again, and the spool keeps the data. */
export async function takeMediaNews(context: ControlContext, news: MediaNews): Promise<void> {
  if (news.kind === 'captureFailed') return captureFailed(context, news);
  if (news.kind === 'captureStored') return context.restoring.noteStored(news.streamId);
  const batch = news.kind === 'segmentStored' ? { segments: [news.segment] } : { timelines: [news.timeline] };
  for (;;) {
    try {
      return await context.store.commit(batch);
    } catch (error) {
      // The node stops, and the spool keeps the data for the next start.
      if (error instanceof Fault && error.code === 'stopping') throw error;
      context.report(error instanceof Error ? error : new Error(String(error)));
      await new Promise<void>((resolve) => {
        context.clock.later(limits.gateDeadlineMs, resolve);
      });
    }
  }
}
