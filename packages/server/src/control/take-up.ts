/** Recordings that were live when their process or worker died go on: same ports, same state, same chain (P4, P5). */
import type { ChainEnd, RecoveredCapture } from '@tacet/capture';
import {
  type CapturesResumed,
  type ContinuedCapture,
  type Conversation,
  type ConversationId,
  type Instant,
  type Recording,
  type RecordingId,
  type SegmentDescriptor,
  type SourceGone,
  type StreamId,
  startsClosed,
  type WithheldSpan,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { keysOf } from './conversation-keys.ts';
import { type FoundCaptures, leftByCrash } from './crash-intervals.ts';
import { requestKept, type SourceKept, unsealSource } from './kept-source.ts';
import { type LiveCapture, type LiveConversation, openableCaptures } from './live-conversations.ts';
import { takeMediaNews } from './media-news.ts';
import { type GatesFound, hasUnknownClosing, pauseAtStart, type ShutAtStart, shutSince } from './shut-at-start.ts';

/** What came back and goes on. */
export interface TakenUp {
  readonly conversationIds: ReadonlySet<ConversationId>;
  /** The recordings that go on, with the state that their edge had kept. */
  readonly sources: ReadonlyMap<RecordingId, unknown>;
  /** The recordings whose source had gone for good; they end with that. */
  readonly gone: KeptSources['gone'];
  /** Captures that go on. */
  readonly count: number;
  /** Until when nothing was kept of each capture: since then it listens again, or is known to have failed. */
  readonly missedUntil: ReadonlyMap<StreamId, Instant>;
  /** The conversations that stay shut because store and spool contradict each other. */
  readonly shut: ReadonlyMap<ConversationId, ShutAtStart>;
}

/** A capture that was live, with what is known of its end. */
interface Struck {
  readonly capture: LiveCapture;
  /** Its source masks it, and its gate stays shut for that. */
  readonly isMasked: boolean;
  readonly found: RecoveredCapture | undefined;
}

const noTag = '0'.repeat(32);

/** Where its chain stands: as the spool says, and where no spool tells of it any more, behind all that is in store. */
async function chainOf(context: ControlContext, { capture, found }: Struck): Promise<ChainEnd> {
  if (found !== undefined) return found.chain;
  const { streamId, recordingId } = capture;
  const own = (await context.store.segmentsOf(recordingId)).filter((segment) => segment.streamId === streamId);
  const last = own.reduce<SegmentDescriptor | undefined>(
    (a, b) => (a === undefined || b.number > a.number ? b : a),
    own[0],
  );
  // Rule: a chain never begins anew: a second segment of the same number would take the place of the first
  return last === undefined
    ? { nextSegmentNumber: 0, previousTag: noTag }
    : { nextSegmentNumber: last.number + 1, previousTag: last.lastTag };
}

/** The capture as it is to go on, with its gate as store and spool have it. */
async function continued(
  context: ControlContext,
  struck: Struck,
  {
    live,
    spans,
    at,
  }: { readonly live: LiveConversation; readonly spans: readonly WithheldSpan[]; readonly at: Instant },
): Promise<ContinuedCapture> {
  const { capture, isMasked, found } = struck;
  const isOpen = !startsClosed(live.conversation.control) && !isMasked;
  const last = found === undefined ? undefined : leftByCrash(found, at, spans).at(-1);
  const closedSince = !isOpen && last?.kind === 'withheld' ? { closedSince: last.from } : {};
  const chain = await chainOf(context, struck);
  return { ...capture.request, isOpen, continues: { port: capture.port, ...closedSince, ...chain } };
}

/** What an unknown closing leaves: a conversation that is not to open by itself. */
function doubted(live: LiveConversation, gates: GatesFound): ShutAtStart {
  const { conversation } = live;
  live.conversation = { ...conversation, control: { ...conversation.control, hasUnconfirmedPause: true } };
  return { conversation: live.conversation, closedAt: shutSince(gates) };
}

/** The recording as it goes on: streams have ended whose capture is not kept, or is over as the spool says. */
function goingOn(recording: Recording, kept: SourceKept, found: FoundCaptures): Recording {
  const isKept = (id: StreamId): boolean => kept.captures.some(({ request }) => request.streamId === id);
  // Rule: a stream whose capture had ended in order before a crash has ended
  const goesOn = (id: StreamId): boolean => isKept(id) && found.get(id)?.overAt === undefined;
  const streams = recording.streams.map((stream) =>
    stream.endedAt !== undefined || goesOn(stream.id)
      ? stream
      : { ...stream, endedAt: found.get(stream.id)?.lastAt ?? stream.startedAt },
  );
  return { ...recording, streams };
}

/** The captures of a recording that had not ended, as they were kept. */
function struckOf(recording: Recording, kept: SourceKept, found: FoundCaptures): readonly Struck[] {
  return kept.captures.flatMap(({ label, port, request }) => {
    const { streamId } = request;
    const stream = recording.streams.find(({ id }) => id === streamId);
    const spool = found.get(streamId);
    if (stream === undefined || stream.endedAt !== undefined || spool?.overAt !== undefined) return [];
    const capture = { streamId, recordingId: recording.id, label, port, request: requestKept(request) };
    return [{ capture, isMasked: stream.isMasked === true, found: spool }];
  });
}

async function* storedActive(context: ControlContext): AsyncGenerator<Conversation> {
  const seen = new Set<ConversationId>();
  for (let offset = 0; ; offset += 100) {
    const { items } = await context.store.findConversations({ state: 'active', limit: 100, offset });
    yield* items.filter(({ id }) => !seen.has(id));
    for (const { id } of items) seen.add(id);
    if (items.length < 100) return;
  }
}

interface BroughtBack {
  readonly requests: readonly ContinuedCapture[];
  readonly sources: readonly (readonly [RecordingId, unknown])[];
  readonly shut: ShutAtStart | undefined;
}

/** Makes the conversation live again. @returns its captures that are to go on, and their recordings' sources. */
async function bringBack(
  context: ControlContext,
  stored: Conversation,
  kept: KeptSources,
  found: FoundCaptures,
): Promise<BroughtBack> {
  const live = context.live.add(stored);
  // Newest first: a name that several have leads to the one that had it last.
  context.live.learn(keysOf(stored), stored.id);
  const open = (await context.store.recordingsOf(stored.id)).filter(({ endedAt }) => endedAt === undefined);
  const spans = await context.store.spansOf(stored.id);
  const at = context.clock.now();
  const struck: Struck[] = [];
  const sources: [RecordingId, unknown][] = [];
  for (const recording of open) {
    const source = kept.here.get(recording.id);
    const own = source === undefined ? [] : struckOf(recording, source, found);
    // Where every capture had ended in order, only the last word about the recording is missing.
    if (source === undefined || (own.length === 0 && source.captures.length > 0)) continue;
    struck.push(...own);
    sources.push([recording.id, source.state]);
    context.live.putRecording(live, goingOn(recording, source, found));
    for (const { capture } of own) context.live.putCapture(live, capture);
  }
  const gates = { streams: open.flatMap(({ streams }) => streams), found, spans, now: at };
  const isUnknown = struck.some((one) => one.found === undefined);
  // Rule: what the spool says is shut and the store says is running stays shut
  const isDoubted = (isUnknown || hasUnknownClosing(gates)) && !startsClosed(stored.control);
  const shut = isDoubted ? doubted(live, gates) : undefined;
  const requests = await Promise.all(struck.map((one) => continued(context, one, { live, spans, at })));
  return { requests, sources, shut };
}

/**
 * A capture that could not be taken up has failed: its stream ends here, and the rest of the recording goes on.
 * @returns until when nothing was kept of each.
 */
function missedUntil(context: ControlContext, { started, failed }: CapturesResumed): ReadonlyMap<StreamId, Instant> {
  const at = context.clock.now();
  for (const streamId of failed) {
    const news = { kind: 'captureFailed', streamId, at, reason: 'crash', intervals: [] } as const;
    takeMediaNews(context, news).catch((error: unknown) => context.report(error as Error));
  }
  // Rule: what a capture missed that could not be taken up is told until it is known to have failed
  const untilFailed = failed.map((streamId) => [streamId, at] as const);
  return new Map([...started.map(({ streamId, startedAt }) => [streamId, startedAt] as const), ...untilFailed]);
}

/** What edges had kept, by recording. */
export interface KeptSources {
  readonly here: ReadonlyMap<RecordingId, SourceKept>;
  /** Those that had gone, though not all of their end may be in store. */
  readonly gone: ReadonlyMap<RecordingId, SourceGone>;
}

export async function keptSources(context: ControlContext): Promise<KeptSources> {
  const here = new Map<RecordingId, SourceKept>();
  const gone = new Map<RecordingId, SourceGone>();
  for (const document of await context.store.documentsOf('keptSource')) {
    if ('goneAt' in document) gone.set(document.id, document);
    const source = unsealSource(context.keys, document);
    if (source !== undefined) here.set(document.id, source);
  }
  return { here, gone };
}

/** The streams that were live and that their edge can go on with. */
export function keptStreams({ here }: KeptSources): readonly StreamId[] {
  return [...here.values()].flatMap(({ captures }) => captures.map(({ request }) => request.streamId));
}

/** Brings every conversation back that had not ended, and goes on recording where an edge can go on with the source. */
export async function takeUp(context: ControlContext, found: FoundCaptures, kept: KeptSources): Promise<TakenUp> {
  const conversationIds = new Set<ConversationId>();
  const requests: ContinuedCapture[] = [];
  const sources = new Map<RecordingId, unknown>();
  const shut = new Map<ConversationId, ShutAtStart>();
  for await (const stored of storedActive(context)) {
    conversationIds.add(stored.id);
    const back = await bringBack(context, stored, kept, found);
    requests.push(...back.requests);
    for (const [id, state] of back.sources) sources.set(id, state);
    if (back.shut !== undefined) shut.set(stored.id, back.shut);
  }
  const resumed = requests.length === 0 ? { started: [], failed: [] } : await context.media.resume(requests);
  const missed = missedUntil(context, resumed);
  await tellShut(context, shut);
  return { conversationIds, sources, gone: kept.gone, count: resumed.started.length, missedUntil: missed, shut };
}

/** Before anybody can ask: what stays shut reads as paused. */
async function tellShut(context: ControlContext, shut: TakenUp['shut']): Promise<void> {
  const pausing = [...shut].map(([id, { closedAt }]) => {
    const live = context.live.get(id);
    return live === undefined ? undefined : pauseAtStart(context, live, closedAt);
  });
  // What could not be written down is tried again with the rest of the recovery.
  for (const one of await Promise.allSettled(pausing)) if (one.status === 'rejected') context.report(one.reason);
}

/** What cannot be taken up has failed, and is told so: nobody goes on in the belief that it is recorded. */
async function resumedOf(
  context: ControlContext,
  live: LiveConversation,
  struck: readonly Struck[],
): Promise<CapturesResumed> {
  try {
    const spans = await context.store.spansOf(live.conversation.id);
    const at = context.clock.now();
    const known = { live, spans, at };
    return await context.media.resume(await Promise.all(struck.map((one) => continued(context, one, known))));
  } catch (error) {
    context.report(error as Error);
    return { started: [], failed: struck.map(({ capture }) => capture.streamId) };
  }
}

/**
 * Takes up what a worker took down with it, each conversation in its turn; the others never notice. Who paused and
 * resumed is known here for certain, so that the state is the conversation's, whatever the spool had no time to tell.
 */
export async function takeUpLost(
  context: ControlContext,
  streamIds: readonly StreamId[],
  found: FoundCaptures,
): Promise<Pick<TakenUp, 'count' | 'missedUntil'>> {
  const lost = new Set(streamIds);
  const lives = new Set(streamIds.flatMap((id) => context.live.ofStream(id) ?? []));
  const missed = new Map<StreamId, Instant>();
  let count = 0;
  const turns = [...lives].map((live) =>
    context.queue.run(live.conversation.id, async () => {
      const captures = [...live.captures.values()].filter(({ streamId }) => lost.has(streamId));
      const openable = new Set(openableCaptures(live));
      const struck = captures.map((capture) => {
        const { streamId } = capture;
        return { capture, isMasked: !openable.has(streamId), found: found.get(streamId) };
      });
      if (struck.length === 0) return;
      const resumed = await resumedOf(context, live, struck);
      count += resumed.started.length;
      // Whoever feeds one that waits for an anchor has to be asked for it.
      if (captures.some(({ request }) => request.needsAnchor === true)) context.sources.changed(live.conversation.id);
      for (const [id, until] of missedUntil(context, resumed)) missed.set(id, until);
    }),
  );
  await Promise.all(turns);
  return { count, missedUntil: missed };
}
