/** Start-up after any kind of end: what was live is found in store and spool, and nothing comes back recording (P4, P5). */
import type { RecoveredCapture } from '@tacet/capture';
import {
  type BlobStore,
  type Conversation,
  earliest,
  type Instant,
  latest,
  type Recording,
  type RecordingId,
  type SegmentDescriptor,
  type SourceGone,
  type StreamId,
  startsClosed,
  type WithheldSpan,
  withSettledTransfers,
} from '@tacet/domain';
import { withPolicies } from './apply-policies.ts';
import { type ControlContext, systemAsks } from './context.ts';
import { awaitAnother } from './conversation-life.ts';
import { type FoundCaptures, leftByCrash } from './crash-intervals.ts';
import { endLeftHold } from './hold.ts';
import { sourceForgotten } from './kept-source.ts';
import type { LiveConversation } from './live-conversations.ts';
import { missedBy } from './missed-by.ts';
import { unseat } from './participants.ts';
import { pauseAtStart } from './shut-at-start.ts';
import { keptSources, type TakenUp, takeUp } from './take-up.ts';

/** How long a recording session that was live before the crash is waited for. */
export const recoveredLingerMs = 300_000;

export interface Recovered {
  readonly conversations: number;
  /** Recordings that ended where they broke off. */
  readonly recordings: number;
  /** Recordings that go on. */
  readonly goingOn: number;
  readonly segments: number;
  /** Conversations found paused, or shut because store and spool disagreed. */
  readonly paused: number;
}

async function goneAt({ store }: ControlContext, id: RecordingId): Promise<Instant | undefined> {
  const source = await store.document('keptSource', id);
  return source !== undefined && 'goneAt' in source ? source.goneAt : undefined;
}

/**
 * Stores what a spool tells of one capture; doing it twice changes nothing.
 * @param at until when nothing was kept of it: since then it listens again, or is known to be over.
 */
export async function recoverCapture(
  context: ControlContext,
  blobs: BlobStore,
  found: RecoveredCapture,
  at: Instant,
): Promise<void> {
  const known = new Set((await context.store.segmentsOf(found.live.recordingId)).map((segment) => segment.id));
  const recording = await context.store.recording(found.live.recordingId);
  // Rule: what a crash left of a deleted recording is not put into store
  const left = recording?.fileState === 'DELETED' ? [] : found.segments;
  const descriptors: SegmentDescriptor[] = [];
  for (const segment of left.filter(({ id }) => !known.has(id))) {
    const { descriptor } = segment;
    await blobs.put(descriptor.blobName, segment.bytes);
    descriptors.push(descriptor);
  }
  const stream = recording?.streams.find((one) => one.id === found.live.streamId);
  const spans = await context.store.spansOf(found.live.conversationId);
  // A capture that ended, broke off or lost its source before the node did was not cut short by the crash.
  const until = stream?.endedAt ?? (await goneAt(context, found.live.recordingId)) ?? at;
  const missed = leftByCrash(found, earliest(at, until), spans);
  const intervals = [...found.intervals, ...missed];
  await context.store.commit({
    segments: descriptors,
    timelines: [{ streamId: found.live.streamId, intervals }],
  });
}

/** The recording as far as it got: it ends when its source had gone, or with the last thing that is known of it. */
function finished(
  recording: Recording,
  captures: FoundCaptures,
  gone: SourceGone | undefined,
): Recording & { readonly endedAt: Instant } {
  let endedAt = recording.startedAt;
  const streams = recording.streams.map((stream) => {
    const knownAt = captures.get(stream.id)?.lastAt ?? stream.startedAt;
    const lastAt = stream.endedAt ?? latest(knownAt, gone?.goneAt ?? knownAt);
    endedAt = latest(endedAt, lastAt);
    return { ...stream, endedAt: lastAt };
  });
  return { ...recording, streams, endedAt, fileState: recording.fileState === 'ERROR' ? 'ERROR' : 'AVAILABLE' };
}

/** Those who were in recordings whose sources had gone have left with them, but for those whom another one has. */
function without(
  { conversation }: LiveConversation,
  gone: readonly SourceGone[],
  others: ReadonlySet<RecordingId>,
): Conversation {
  return gone.reduce((left, { id, goneAt: at }) => {
    return withSettledTransfers(
      unseat(left, () => true, { recordingId: id, at, others }),
      at,
    );
  }, conversation);
}

/** A resume that was granted but never confirmed ended the pause where the spool says, at the latest when it was granted. */
function settled(span: WithheldSpan, captures: readonly RecoveredCapture[]): WithheldSpan {
  if (span.grantedAt === undefined || span.openedAt !== undefined) return span;
  const opened = captures.flatMap((c) => c.intervals.filter((i) => i.kind === 'withheld' && i.from <= span.closedAt));
  const ends = opened.map((interval) => interval.to).filter((to) => to >= (span.grantedAt ?? to));
  const openedAt = ends.reduce(earliest, ends[0] ?? span.grantedAt);
  return { ...span, openedAt };
}

/** The last word about what did not go on, in the conversation's turn: it may have gone on for a while already. */
async function settleConversation(
  context: ControlContext,
  live: LiveConversation,
  { found, taken }: { readonly found: FoundCaptures; readonly taken: TakenUp },
): Promise<{ readonly recordings: number; readonly isPaused: boolean }> {
  const { id } = live.conversation;
  const shut = taken.shut.get(id);
  if (shut !== undefined && live.conversation === shut.conversation) await pauseAtStart(context, live, shut.closedAt);
  const recordings = await context.store.recordingsOf(id);
  const open = recordings.filter(({ id: own, endedAt }) => endedAt === undefined && !live.recordings.has(own));
  // What began since then is none of ours.
  const broken = open.filter((recording) => !taken.sources.has(recording.id));
  const isStruck = (stream: { readonly id: StreamId }): boolean => taken.missedUntil.has(stream.id);
  const ours = recordings.filter((one) => broken.includes(one) || one.streams.some(isStruck));
  const mine = ours.flatMap(({ streams }) => streams.flatMap((stream) => found.get(stream.id) ?? []));
  const spans = await context.store.spansOf(id);
  const { control } = live.conversation;
  const facts = { recordings: ours.length, goingOn: live.recordings.size, isPaused: String(startsClosed(control)) };
  const gone = broken.flatMap((recording) => taken.gone.get(recording.id) ?? []);
  const waiting = broken.filter((recording) => !taken.gone.has(recording.id));
  const others = new Set([...live.recordings.keys(), ...waiting.map((recording) => recording.id)]);
  const conversation = without(live, gone, others);
  const ended = broken.map((recording) => finished(recording, found, taken.gone.get(recording.id)));
  const over = await Promise.all(ended.map((recording) => withPolicies(context, conversation, recording)));
  const timelines = await Promise.all(over.map((one) => missedBy(context, one, one.endedAt)));
  const about = { at: context.clock.now(), result: 'done', conversationId: id } as const;
  await context.store.commit({
    conversations: [conversation],
    recordings: [...over, ...live.recordings.values()],
    timelines: timelines.flat(),
    spans: spans.map((span) => settled(span, mine)),
    documents: broken.map((recording) => sourceForgotten(recording.id)),
    audit: [
      { ...about, action: 'nodeRecovered', by: systemAsks(context, 'start'), facts },
      ...gone.map(
        ({ id: recordingId, by }) => ({ ...about, action: 'recordingEnded', by, recordingId, facts: {} }) as const,
      ),
    ],
  });
  live.conversation = conversation;
  const isOver = recordings.some((recording) => taken.gone.has(recording.id)) && waiting.length === 0;
  // Rule: a recording session that had ended before a crash is waited for no longer than without one
  awaitAnother(context, live, isOver ? context.policy.lingerMs : recoveredLingerMs);
  endLeftHold(context, live);
  if (shut !== undefined) context.sources.changed(id);
  return { recordings: broken.length, isPaused: startsClosed(control) };
}

/**
 * Brings the node back: whole chunks are kept, what is missing is reported as lost, paused stays paused.
 * @param found what the spools tell, by stream; `recoverCapture` has to be done for each before.
 * @param taken what goes on already, where that was done before the spools were read.
 */
export async function recoverNode(
  context: ControlContext,
  found: FoundCaptures,
  taken?: TakenUp,
): Promise<Omit<Recovered, 'segments'>> {
  const up = taken ?? (await takeUp(context, found, await keptSources(context)));
  const settling = [...up.conversationIds].map((id) =>
    context.queue.run(id, async () => {
      const live = context.live.get(id);
      return live === undefined ? undefined : settleConversation(context, live, { found, taken: up });
    }),
  );
  const done = (await Promise.all(settling)).filter((one) => one !== undefined);
  const recordings = done.reduce((sum, one) => sum + one.recordings, 0);
  const paused = done.filter(({ isPaused }) => isPaused).length;
  return { conversations: done.length, recordings, goingOn: up.sources.size, paused };
}
