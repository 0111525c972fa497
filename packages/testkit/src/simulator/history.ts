/** What really happened in a simulation: the truth against which the recording is judged. */
import type { Instant, StreamId } from '@tacet/domain';

/** A packet that reached the machine. */
export interface Arrival {
  readonly streamId: StreamId;
  /** Number in its payload; unique in the whole simulation. */
  readonly mark: number;
  /** Place in the source's sequence. */
  readonly sequence: number;
  readonly arrivedAt: Instant;
}

/** A pause or a resume that was asked for, or told of by the source, and what was answered. */
export interface Asking {
  /** Whose pause it is: each is ended by its own side alone. */
  readonly by: 'stranger' | 'source';
  readonly state: 'PAUSED' | 'ACTIVE';
  readonly askedAt: Instant;
  answeredAt?: Instant;
  /** `ok`, a fault code, or absent when the node died first. */
  answer?: string;
  closedAt?: Instant;
}

export interface Crash {
  readonly at: Instant;
  readonly backAt: Instant;
}

export interface History {
  readonly arrivals: Arrival[];
  readonly askings: Asking[];
  readonly crashes: Crash[];
  /** Storage failed at these instants. */
  readonly diskFaults: Instant[];
}

/** A stretch in which the promise was that nothing is kept. */
export interface Promised {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * A resume that was refused opened nothing; one that could not be confirmed, or whose node died, may have. One that a
 * pause overtook after its guard was granted already, and may have opened some gates before they were shut again.
 */
function mayHaveOpened({ answer, askedAt, answeredAt = askedAt }: Asking, guardMs: number): boolean {
  if (answer === 'supersededByPause') return answeredAt - askedAt >= guardMs;
  return answer === undefined || answer === 'ok' || answer === 'gateUnconfirmed' || answer === 'storageUnavailable';
}

/**
 * From each confirmed pause until the guard of the first resume that was, or may have been, granted after it.
 */
export function promisedIntervals(history: History, guardMs: number): readonly Promised[] {
  const promised: Promised[] = [];
  for (const pause of history.askings) {
    if (pause.state !== 'PAUSED' || pause.answer !== 'ok' || pause.closedAt === undefined) continue;
    const { answeredAt = pause.askedAt, closedAt } = pause;
    const ends = history.askings
      .filter((asking) => asking.by === pause.by && asking.state === 'ACTIVE' && mayHaveOpened(asking, guardMs))
      .filter((asking) => (asking.answeredAt ?? Number.POSITIVE_INFINITY) > answeredAt)
      .map((asking) => asking.askedAt + guardMs);
    promised.push({ from: closedAt, to: Math.min(Number.MAX_SAFE_INTEGER, ...ends) as Instant });
  }
  return promised;
}
