/** Where the spool says that gates are shut and the store that recording runs, it comes back paused, and reads so (P5). */
import {
  type AuditDraft,
  type Conversation,
  type Instant,
  latest,
  type RecordedStream,
  reasonOfCause,
  type SpanId,
  type WithheldSpan,
  withCause,
} from '@tacet/domain';
import { type ControlContext, systemAsks } from './context.ts';
import { type FoundCaptures, isClosingOver } from './crash-intervals.ts';
import type { LiveConversation } from './live-conversations.ts';

/** What is known of a conversation's gates as the node comes back. */
export interface GatesFound {
  /** Streams of its recordings that had not ended. */
  readonly streams: readonly RecordedStream[];
  readonly found: FoundCaptures;
  readonly spans: readonly WithheldSpan[];
  readonly now: Instant;
}

/** A conversation that stays shut, as it was taken up. */
export interface ShutAtStart {
  readonly conversation: Conversation;
  readonly closedAt: Instant;
}

/** Whether a gate was shut by something that the store knows nothing of: a pause that was under way, or a resume. */
export function hasUnknownClosing({ streams, found, spans, now }: GatesFound): boolean {
  // A stream that its source masks was shut for that, and contradicts nothing.
  const spooled = streams.filter(({ isMasked }) => isMasked !== true).map(({ id }) => found.get(id));
  return spooled.some((one) => {
    if (one?.closedSince === undefined || one.overAt !== undefined) return false;
    // Rule: a resume that is in store to its end is not undone by a spool that had no time to tell of it
    return !isClosingOver(one.closedSince, spans, now);
  });
}

/**
 * From when on nothing of the conversation is kept for certain: since the last of its gates shut, where a pause was under
 * way that had reached all of them; otherwise since now, when nothing listens.
 */
export function shutSince({ streams, found, spans, now }: GatesFound): Instant {
  const spooled = streams.filter(({ endedAt }) => endedAt === undefined).map(({ id }) => found.get(id));
  const closings = spooled.flatMap((one) => (one?.overAt === undefined ? (one?.closedSince ?? []) : []));
  const [first, ...others] = closings;
  if (first === undefined || closings.length < spooled.length) return now;
  const isNew = (closedSince: Instant): boolean =>
    spans.every((span) => closedSince > (span.openedAt ?? span.grantedAt ?? span.closedAt));
  const closedAt = others.reduce(latest, first);
  return closings.every(isNew) && closedAt <= now ? closedAt : now;
}

/**
 * Makes it a pause like any other, whose end somebody has to ask for; that nobody confirmed it stays noted. To be called
 * when every capture that goes on has been taken up shut.
 * @throws Fault storageUnavailable; it stays shut, and unconfirmed.
 */
export async function pauseAtStart(context: ControlContext, live: LiveConversation, closedAt: Instant): Promise<void> {
  const { id: conversationId, control } = live.conversation;
  const by = systemAsks(context, 'start');
  const spanId = context.ids.next<SpanId>();
  const cause = 'securePause';
  const reason = reasonOfCause[cause];
  const span: WithheldSpan = { id: spanId, conversationId, cause, reason, closedAt, pausedBy: by, withheldCount: 0 };
  const paused = { ...withCause(control, { cause, spanId, since: closedAt }), hasUnconfirmedPause: true };
  const conversation = { ...live.conversation, control: paused };
  const facts = { closedAt, spanId, streams: [...live.captures.keys()] };
  const about = { at: context.clock.now(), action: 'recordingPaused', result: 'done' } as const;
  const audit: AuditDraft = { ...about, by, conversationId, facts };
  await context.store.commit({ conversations: [conversation], spans: [span], audit: [audit] });
  live.conversation = conversation;
}
