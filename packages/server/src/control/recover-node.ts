/** Start-up after any kind of end: what was live is found in store and spool, and nothing comes back recording (P4, P5). */
import { intervalOfCrash, type RecoveredCapture } from '@tacet/capture';
import {
  type BlobStore,
  type Conversation,
  type ConversationId,
  earliest,
  type Instant,
  latest,
  type Recording,
  type StreamId,
  type StreamInterval,
  startsClosed,
  subtract,
  type WithheldSpan,
} from '@tacet/domain';
import { type ControlContext, systemAsks } from './context.ts';
import { keysOf } from './conversation-keys.ts';
import { awaitAnother } from './conversation-life.ts';
import { endLeftHold } from './hold.ts';

/** How long a recording session that was live before the crash is waited for. */
export const recoveredLingerMs = 300_000;

export interface Recovered {
  readonly conversations: number;
  readonly recordings: number;
  readonly segments: number;
  /** Conversations found paused, or shut because store and spool disagreed. */
  readonly paused: number;
}

/** The spool may break off between a granted resume and its first sync: the gate was shut until the grant, at the least. */
function splitAtGrant(crash: StreamInterval, spans: readonly WithheldSpan[]): readonly StreamInterval[] {
  if (crash.kind !== 'withheld') return [crash];
  const granted = spans
    .map((span) => span.grantedAt)
    .find((at) => at !== undefined && at > crash.from && at < crash.to);
  if (granted === undefined) return [crash];
  const rest: StreamInterval = { kind: 'lost', from: granted, to: crash.to, unitCount: 0, reason: 'crash' };
  return [{ ...crash, to: granted }, rest];
}

/** A pause may be in store while the spool's word of it was not yet synced: from then on nothing was lost, it was withheld. */
function withholdPaused(crash: StreamInterval, spans: readonly WithheldSpan[]): readonly StreamInterval[] {
  if (crash.kind === 'withheld') return [crash];
  const paused = spans.map((span) => ({ from: span.closedAt, to: span.openedAt ?? span.grantedAt ?? crash.to }));
  const lost = subtract(crash, paused);
  const withheld = subtract(crash, lost).map((interval) => ({ ...interval, kind: 'withheld', unitCount: 0 }) as const);
  return [...lost.map((interval) => ({ ...crash, ...interval })), ...withheld];
}

/** What a crash left behind of one stream: the spool's last word, corrected by what the store knows of pauses. */
function leftByCrash(crash: StreamInterval, spans: readonly WithheldSpan[]): readonly StreamInterval[] {
  return splitAtGrant(crash, spans).flatMap((part) => withholdPaused(part, spans));
}

/** Stores what a spool tells of one capture; doing it twice changes nothing. */
export async function recoverCapture(
  context: ControlContext,
  blobs: BlobStore,
  found: RecoveredCapture,
  at: Instant,
): Promise<void> {
  const known = new Set((await context.store.segmentsOf(found.live.recordingId)).map((segment) => segment.id));
  const segments = found.segments.filter(({ descriptor }) => !known.has(descriptor.id));
  for (const { descriptor, bytes } of segments) await blobs.put(descriptor.blobName, bytes);
  const recording = await context.store.recording(found.live.recordingId);
  const stream = recording?.streams.find((one) => one.id === found.live.streamId);
  // A capture that ended, or broke off, before the node did was not cut short by the crash.
  const crash = intervalOfCrash(found, earliest(at, stream?.endedAt ?? at));
  const spans = await context.store.spansOf(found.live.conversationId);
  const intervals = [...found.intervals, ...(crash === undefined ? [] : leftByCrash(crash, spans))];
  await context.store.commit({
    segments: segments.map(({ descriptor }) => descriptor),
    timelines: [{ streamId: found.live.streamId, intervals }],
  });
}

/** The recording as far as it got: it ends with the last thing that is known of it. */
function finished(recording: Recording, captures: ReadonlyMap<StreamId, RecoveredCapture>): Recording {
  let endedAt = recording.startedAt;
  const streams = recording.streams.map((stream) => {
    const lastAt = stream.endedAt ?? captures.get(stream.id)?.lastAt ?? stream.startedAt;
    endedAt = latest(endedAt, lastAt);
    return { ...stream, endedAt: lastAt };
  });
  return { ...recording, streams, endedAt, fileState: recording.fileState === 'ERROR' ? 'ERROR' : 'AVAILABLE' };
}

/** A resume that was granted but never confirmed ended the pause where the spool says, at the latest when it was granted. */
function settled(span: WithheldSpan, captures: readonly RecoveredCapture[]): WithheldSpan {
  if (span.grantedAt === undefined || span.openedAt !== undefined) return span;
  const opened = captures.flatMap((c) => c.intervals.filter((i) => i.kind === 'withheld' && i.from <= span.closedAt));
  const ends = opened.map((interval) => interval.to).filter((to) => to >= (span.grantedAt ?? to));
  const openedAt = ends.reduce(earliest, ends[0] ?? span.grantedAt);
  return { ...span, openedAt };
}

async function recoverConversation(
  context: ControlContext,
  stored: Conversation,
  captures: ReadonlyMap<StreamId, RecoveredCapture>,
): Promise<{ readonly recordings: number; readonly isPaused: boolean }> {
  const recordings = await context.store.recordingsOf(stored.id);
  const open = recordings.filter((recording) => recording.endedAt === undefined);
  const mine = open.flatMap((recording) => recording.streams.flatMap((stream) => captures.get(stream.id) ?? []));
  // A stream that its source masked was shut for that, and contradicts nothing.
  const masked = new Set(open.flatMap(({ streams }) => streams.flatMap((s) => (s.isMasked === true ? s.id : []))));
  const unmasked = mine.filter((capture) => !masked.has(capture.live.streamId));
  const isShut = unmasked.some((capture) => capture.overAt === undefined && capture.closedSince !== undefined);
  const spans = await context.store.spansOf(stored.id);
  // Rule: what the spool says is shut and the store says is running stays shut
  const isContradictory = isShut && !startsClosed(stored.control);
  const control = isContradictory ? { ...stored.control, hasUnconfirmedPause: true } : stored.control;
  const conversation = { ...stored, control };
  const at = context.clock.now();
  await context.store.commit({
    conversations: [conversation],
    recordings: open.map((recording) => finished(recording, captures)),
    spans: spans.map((span) => settled(span, mine)),
    audit: [
      {
        at,
        action: 'nodeRecovered',
        result: 'done',
        by: systemAsks(context, 'start'),
        conversationId: stored.id,
        facts: { recordings: open.length, isPaused: String(startsClosed(control)) },
      },
    ],
  });
  const live = context.live.add(conversation);
  // Newest first: a name that several have leads to the one that had it last.
  context.live.learn(keysOf(conversation), conversation.id);
  awaitAnother(context, live, recoveredLingerMs);
  endLeftHold(context, live);
  return { recordings: open.length, isPaused: startsClosed(control) };
}

async function* storedActive(context: ControlContext): AsyncGenerator<readonly Conversation[]> {
  const seen = new Set<ConversationId>();
  for (let offset = 0; ; offset += 100) {
    const { items } = await context.store.findConversations({ state: 'active', limit: 100, offset });
    yield items.filter(({ id }) => !seen.has(id));
    for (const { id } of items) seen.add(id);
    if (items.length < 100) return;
  }
}

/**
 * Brings the node back: whole chunks are kept, what is missing is reported as lost, paused stays paused.
 * @param found what the spools tell, by stream; `recoverCapture` has to be done for each before.
 */
export async function recoverNode(
  context: ControlContext,
  found: ReadonlyMap<StreamId, RecoveredCapture>,
): Promise<Recovered> {
  let conversations = 0;
  let recordings = 0;
  let paused = 0;
  for await (const page of storedActive(context)) {
    // Those of a page share one sync.
    const done = await Promise.all(page.map((conversation) => recoverConversation(context, conversation, found)));
    conversations += done.length;
    recordings += done.reduce((sum, one) => sum + one.recordings, 0);
    paused += done.filter(({ isPaused }) => isPaused).length;
  }
  const segments = [...found.values()].reduce((sum, capture) => sum + capture.segments.length, 0);
  return { conversations, recordings, segments, paused };
}
