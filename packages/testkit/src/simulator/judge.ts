/** Judges a simulation by content: nothing withheld is kept, everything admitted is there once, the rest is reported. */
import { parseSegmentFile, proveStream, SpoolReading, unsealChunks } from '@tacet/capture';
import type { Instant, Interval, SegmentDescriptor, StreamId, WithheldSpan } from '@tacet/domain';
import { SqliteMetadataStore, verifyAudit } from '@tacet/server/store';
import { type Promised, promisedIntervals } from './history.ts';
import type { Simulation } from './simulate.ts';

export interface Verdict {
  /** Sentences; empty when every promise was kept. */
  readonly broken: readonly string[];
  readonly arrivedCount: number;
  readonly storedCount: number;
}

interface Kept {
  /** How often each mark was found. */
  readonly marks: ReadonlyMap<number, number>;
  readonly arrivedAt: ReadonlyMap<number, Instant>;
}

interface Evidence {
  readonly streamId: StreamId;
  readonly segments: readonly SegmentDescriptor[];
  readonly withheld: readonly Interval[];
  readonly lost: readonly Interval[];
}

async function readMarks({ durable }: Simulation, evidence: readonly Evidence[], broken: string[]): Promise<Kept> {
  const marks = new Map<number, number>();
  const arrivedAt = new Map<number, Instant>();
  for (const segment of evidence.flatMap((one) => one.segments)) {
    const file = parseSegmentFile(Buffer.from(await durable.blobs.read(segment.blobName)));
    const key = durable.keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
    if (file === undefined || key === undefined) {
      broken.push(`segment ${segment.number} cannot be read`);
      continue;
    }
    for (const outcome of unsealChunks(file, key)) {
      if (!outcome.ok) broken.push(`chunk ${outcome.number}: ${outcome.flaw}`);
      else {
        for (const unit of outcome.chunk.units) {
          const mark = Buffer.from(unit.bytes).readUInt32LE(unit.bytes.length - 8);
          marks.set(mark, (marks.get(mark) ?? 0) + 1);
          arrivedAt.set(mark, unit.arrivedAt);
        }
      }
    }
  }
  return { marks, arrivedAt };
}

async function gather(
  store: SqliteMetadataStore,
  { conversationId }: Simulation,
): Promise<{ evidence: Evidence[]; spans: readonly WithheldSpan[] }> {
  if (conversationId === undefined) return { evidence: [], spans: [] };
  const spans = await store.spansOf(conversationId);
  const evidence: Evidence[] = [];
  for (const recording of await store.recordingsOf(conversationId)) {
    const segments = await store.segmentsOf(recording.id);
    for (const stream of recording.streams) {
      const { intervals } = await store.timelineOf(stream.id);
      evidence.push({
        streamId: stream.id,
        segments: segments.filter((segment) => segment.streamId === stream.id),
        withheld: intervals.filter((interval) => interval.kind === 'withheld'),
        lost: intervals.filter((interval) => interval.kind === 'lost'),
      });
    }
  }
  return { evidence, spans };
}

const far = Number.MAX_SAFE_INTEGER as Instant;
/** A datagram may wait this long for the thread when nothing is wrong. */
const readingMs = 4;

function within(at: number, intervals: readonly Interval[], slackMs: number): boolean {
  return intervals.some((interval) => at >= interval.from - slackMs && at <= interval.to + slackMs);
}

/** A copy that came before or after the pause may be kept; one that came only inside it, or is stamped inside it, may not. */
function leaks({ history }: Simulation, kept: Kept, promised: readonly Promised[]): readonly string[] {
  const isPromised = (at: number): boolean => promised.some((p) => at >= p.from && at < p.to);
  const outside = new Set(history.arrivals.filter((a) => !isPromised(a.arrivedAt)).map((a) => a.mark));
  return [...kept.arrivedAt].flatMap(([mark, arrivedAt]) =>
    outside.has(mark) && !isPromised(arrivedAt)
      ? []
      : [`leak: packet ${mark}, read at ${arrivedAt}, arrived inside a promised pause and was kept`],
  );
}

/** Why a packet that arrived may be missing: withheld, reported lost, late across a resume, or unread when the thread stood still. */
function isExcused(
  simulation: Simulation,
  evidence: Evidence,
  arrival: Simulation['history']['arrivals'][number],
): boolean {
  const { plan, history } = simulation;
  // Stalls may follow on each other.
  const slack = plan.stalls.reduce((sum, stall) => sum + stall.ms, readingMs);
  if (within(arrival.arrivedAt, evidence.withheld, slack) || within(arrival.arrivedAt, evidence.lost, slack))
    return true;
  // Older in media time than something withheld: it was sent before the resume and came late.
  const isLate = history.arrivals.some(
    (other) =>
      other.streamId === arrival.streamId &&
      other.sequence >= arrival.sequence &&
      other.arrivedAt < arrival.arrivedAt &&
      within(other.arrivedAt, evidence.withheld, slack),
  );
  return isLate;
}

function missing(
  simulation: Simulation,
  kept: Kept,
  evidence: readonly Evidence[],
  endedAt: ReadonlyMap<StreamId, Instant>,
): readonly string[] {
  const broken: string[] = [];
  const seen = new Set<number>();
  for (const arrival of simulation.history.arrivals) {
    if (seen.has(arrival.mark)) continue;
    seen.add(arrival.mark);
    const count = kept.marks.get(arrival.mark) ?? 0;
    if (count > 1) broken.push(`packet ${arrival.mark} is kept ${count} times`);
    const mine = evidence.find((one) => one.streamId === arrival.streamId);
    if (count > 0 || mine === undefined) continue;
    // What arrived as the capture ended was not read any more.
    if (arrival.arrivedAt >= (endedAt.get(arrival.streamId) ?? far) - readingMs) continue;
    if (!isExcused(simulation, mine, arrival)) {
      broken.push(`packet ${arrival.mark} arrived at ${arrival.arrivedAt} and is neither kept, nor withheld, nor lost`);
    }
  }
  return broken;
}

async function proved(
  { durable }: Simulation,
  evidence: readonly Evidence[],
  spans: readonly WithheldSpan[],
): Promise<readonly string[]> {
  const broken: string[] = [];
  const ofSpans = spans.map((span) => ({ from: span.closedAt, to: span.openedAt ?? span.grantedAt ?? far }));
  for (const one of evidence) {
    const claims = { streamId: one.streamId, segments: one.segments, withheld: [...one.withheld, ...ofSpans] };
    const read = async (segment: SegmentDescriptor): Promise<Buffer> =>
      Buffer.from(await durable.blobs.read(segment.blobName));
    for await (const finding of proveStream(claims, { read, keys: durable.keys })) {
      broken.push(`proof: ${finding.flaw}, ${finding.detail}`);
    }
  }
  return broken;
}

/** A crash may cost one second of admitted media, not more; while the thread stood still nothing was admitted. */
function crashLoss({ history, plan }: Simulation, evidence: readonly Evidence[]): readonly string[] {
  const stalledMs = plan.stalls.reduce((sum, stall) => sum + stall.ms, 0);
  return evidence.flatMap(({ lost, streamId }) =>
    history.crashes.flatMap((crash) =>
      lost
        .filter((interval) => interval.from < crash.at && interval.to >= crash.at)
        .filter((interval) => crash.at - interval.from > 1_000 + stalledMs)
        .map((interval) => `stream ${streamId} lost ${crash.at - interval.from} ms to a crash`),
    ),
  );
}

/** Judges a finished simulation. */
export async function judge(simulation: Simulation): Promise<Verdict> {
  const { history, durable, plan, conversationId } = simulation;
  const store = new SqliteMetadataStore(durable.db);
  const broken: string[] = [];
  const { evidence, spans } = await gather(store, simulation);
  const kept = await readMarks(simulation, evidence, broken);
  const recordings = conversationId === undefined ? [] : await store.recordingsOf(conversationId);
  const endedAt = new Map(recordings.flatMap((r) => r.streams.map((s) => [s.id, s.endedAt ?? far] as const)));
  broken.push(...leaks(simulation, kept, promisedIntervals(history, plan.guardMs)));
  broken.push(...missing(simulation, kept, evidence, endedAt));
  broken.push(...(await proved(simulation, evidence, spans)));
  if (plan.diskStall === undefined && plan.diskFullAtMs === undefined) broken.push(...crashLoss(simulation, evidence));
  for (const finding of verifyAudit(durable.db)) broken.push(`audit: ${finding.number} ${finding.what}`);
  const left = new SpoolReading();
  for (const name of durable.spool.names()) left.read(durable.spool.readAll(name));
  const storedCount = [...kept.marks.values()].reduce((sum, count) => sum + count, 0);
  return { broken, arrivedCount: history.arrivals.length, storedCount };
}
