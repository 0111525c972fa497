/** Judges one call of a chaos run by content: what was sent and asked against what is kept and told. */
import type { MediaType, StreamInterval } from '@tacet/domain';

export interface KeptPacket {
  readonly number: number;
  readonly arrivedAt: number;
}

/** One party of a call: what it sent, what was kept of it, and what is told of what was not. */
export interface JudgedStream {
  readonly sentAt: Float64Array;
  readonly goneAt: Float64Array;
  readonly kept: readonly KeptPacket[];
  readonly intervals: readonly StreamInterval[];
  /** Whether the end of the call reached the recorder, so that packets missing at the end are known to it. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** From a confirmed pause until the next thing that was asked; wall time in ms. */
export interface SurePause {
  readonly closedAt: number;
  readonly until: number;
}

/** What is judged of one stream, page or row of items. */
export interface Verdict {
  readonly sent: number;
  readonly kept: number;
  /** Sent while a confirmed pause was in force, and kept. */
  readonly leaked: number;
  readonly doubled: number;
  /** Runs of packets that are neither kept nor told of, each described. */
  readonly untold: readonly string[];
  readonly lost: number;
  readonly withheld: number;
  /** What it is of; a stream of a call when left out. */
  readonly medium?: MediaType;
}

/** The clocks of two processes differ by no more than that; beyond it a packet that came before it was sent is a defect. */
const apartMsMax = 50;
/** A packet may have waited this long before it was read, and its gap be told by that instant. */
const stalledMsMax = 1_500;

function clocksApart({ sentAt, kept }: JudgedStream): number {
  const apart = kept.reduce((most, { number, arrivedAt }) => Math.max(most, (sentAt[number] ?? 0) - arrivedAt), 0);
  return Math.min(apart, apartMsMax) + 1;
}

function leakedIn(stream: JudgedStream, pauses: readonly SurePause[]): number {
  const apart = clocksApart(stream);
  return stream.kept.filter(({ number }) => {
    const [from, to] = [stream.sentAt[number] ?? Number.NaN, stream.goneAt[number] ?? Number.NaN];
    return pauses.some(({ closedAt, until }) => from >= closedAt + apart && to < until - apart);
  }).length;
}

interface MissingRun {
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
}

function missingRuns({ sentAt, kept, startedAt, endedAt }: JudgedStream): readonly MissingRun[] {
  const runs: MissingRun[] = [];
  let [next, from] = [0, startedAt];
  const ordered = [...kept].sort((a, b) => a.number - b.number);
  for (const { number, arrivedAt } of [...ordered, { number: sentAt.length, arrivedAt: endedAt }]) {
    if (number > next) runs.push({ first: next, last: number - 1, from, to: arrivedAt });
    next = Math.max(next, number + 1);
    from = Math.max(from, arrivedAt);
  }
  return runs;
}

function isTold(run: MissingRun, { sentAt, intervals }: JudgedStream): boolean {
  const isAtEnd = run.last === sentAt.length - 1;
  const wasSent = sentAt.subarray(run.first, run.last + 1).some((at) => !Number.isNaN(at));
  // What the network lost at the very beginning or end nobody can know of.
  if ((isAtEnd || run.first === 0) && !wasSent) return true;
  const [from, to] = [Math.min(run.from, run.to), Math.max(run.from, run.to)];
  const isToldBetween = intervals.some((interval) => interval.from <= to && interval.to >= from);
  return sentAt
    .subarray(run.first, run.last + 1)
    .every((at) => (Number.isNaN(at) ? isToldBetween : isToldAt(intervals, at)));
}

/** Whether one of these intervals tells of what was sent in between. */
export function isToldAt(intervals: readonly StreamInterval[], from: number, to = from): boolean {
  return intervals.some((interval) => to >= interval.from - stalledMsMax && from <= interval.to + apartMsMax);
}

function describe({ first, last, from, to }: MissingRun, { sentAt, startedAt, intervals }: JudgedStream): string {
  const told = intervals.map(
    (interval) => `${interval.kind} ${since(interval.from, startedAt)}–${since(interval.to, startedAt)}`,
  );
  return `${first}–${last} of ${sentAt.length} between ${since(from, startedAt)} and ${since(to, startedAt)} ms (told: ${told.join(', ')})`;
}

function since(at: number, startedAt: number): number {
  return Math.round(at - startedAt);
}

function countOf(intervals: readonly StreamInterval[], kind: string): number {
  return intervals.reduce((sum, interval) => sum + (interval.kind === kind ? interval.unitCount : 0), 0);
}

export function judgeStream(stream: JudgedStream, pauses: readonly SurePause[]): Verdict {
  const numbers = new Set(stream.kept.map(({ number }) => number));
  return {
    sent: stream.sentAt.reduce((count, at) => count + (Number.isNaN(at) ? 0 : 1), 0),
    kept: stream.kept.length,
    leaked: leakedIn(stream, pauses),
    doubled: stream.kept.length - numbers.size,
    untold: missingRuns(stream)
      .filter((run) => !isTold(run, stream))
      .map((run) => describe(run, stream)),
    lost: countOf(stream.intervals, 'lost'),
    withheld: countOf(stream.intervals, 'withheld'),
  };
}
