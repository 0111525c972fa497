/** Finds what the network lost: numbers that are missing and were not filled by late packets (P8). */
import { type Instant, instant } from '@tacet/domain';
import { mediaLimits } from './limits.ts';

/** Packets missing in a row. */
export interface LostPackets {
  /** Arrival of the packet before the gap. */
  readonly from: Instant;
  /** Arrival of the packet behind it; always later than `from`. */
  readonly to: Instant;
  readonly unitCount: number;
}

/** The numbering of one source; an `RtpSource` has one for each SSRC and keeps it up to date. */
export interface Numbering {
  readonly ssrc: number;
  /** Extended number of the packet at hand, each seen once. */
  readonly sequence: number;
  /** Grows when the source begins its numbering anew. */
  readonly restartCount: number;
}

interface Gap {
  ssrc: number;
  restartCount: number;
  /** First and last number of the gap. */
  first: number;
  last: number;
  from: Instant;
  to: Instant;
  /** How many between them are still missing. */
  missing: number;
}

const microsecond = 0.001;

/** Counts the loss of one stream, whether its gate is open or not; the driver drops what it finds while it is shut. */
export class LossMeter {
  /** In the order they were found. */
  readonly #gaps: Gap[] = [];
  #ssrc = -1;
  #restartCount = 0;
  #highest = -1;
  #highestAt = 0 as Instant;
  /** The numbering began anew and only one packet of it was seen: it may as well be a stray one. */
  #isOnProbation = false;

  get isEmpty(): boolean {
    return this.#gaps.length === 0;
  }

  /** Takes note of a packet that the source accepted, withheld ones as well. */
  mark(packet: Numbering, arrivedAt: Instant): void {
    const { ssrc, sequence, restartCount } = packet;
    if (ssrc !== this.#ssrc || restartCount !== this.#restartCount) {
      if (this.#fill(packet)) return;
      this.#isOnProbation = ssrc === this.#ssrc;
      this.#ssrc = ssrc;
      this.#restartCount = restartCount;
    } else if (sequence <= this.#highest) {
      this.#fill(packet);
      return;
    } else {
      // After one stray packet the numbering seems to leap; that leap is no loss.
      if (sequence > this.#highest + 1 && !this.#isOnProbation) this.#found(sequence, arrivedAt);
      this.#isOnProbation = false;
    }
    this.#highest = sequence;
    this.#highestAt = arrivedAt;
  }

  /** Gaps that stayed open for longer than a packet may be late, each told once, in order. */
  take(now: Instant): readonly LostPackets[] {
    let count = 0;
    for (const gap of this.#gaps) {
      if (now - gap.to < mediaLimits.reorderAllowanceMs) break;
      count += 1;
    }
    return this.#report(count);
  }

  /** Everything still open: the capture ends, and nothing can fill it any more. */
  takeAll(): readonly LostPackets[] {
    return this.#report(this.#gaps.length);
  }

  #report(count: number): readonly LostPackets[] {
    if (count === 0) return [];
    return this.#gaps.splice(0, count).map(({ from, to, missing }) => ({ from, to, unitCount: missing }));
  }

  #found(sequence: number, arrivedAt: Instant): void {
    const from = this.#highestAt;
    const first = this.#highest + 1;
    const last = sequence - 1;
    const to = arrivedAt > from ? arrivedAt : instant(from + microsecond);
    const numbering = { ssrc: this.#ssrc, restartCount: this.#restartCount };
    this.#gaps.push({ ...numbering, first, last, from, to, missing: last - first + 1 });
    if (this.#gaps.length > mediaLimits.gapsWaitingMax) this.#joinOldest();
  }

  /** A late packet takes its place; a gap without missing packets is none. @returns whether there was a place. */
  #fill({ ssrc, sequence, restartCount }: Numbering): boolean {
    for (let at = this.#gaps.length - 1; at >= 0; at -= 1) {
      const gap = this.#gaps[at];
      if (gap === undefined || gap.ssrc !== ssrc || gap.restartCount !== restartCount) continue;
      if (sequence < gap.first || sequence > gap.last) continue;
      gap.missing -= 1;
      if (gap.missing === 0) this.#gaps.splice(at, 1);
      return true;
    }
    return false;
  }

  /** The count stays right; the interval reaches over what arrived between the two. */
  #joinOldest(): void {
    const [older, newer] = this.#gaps;
    if (older === undefined || newer === undefined) return;
    const isSameRun = older.ssrc === newer.ssrc && older.restartCount === newer.restartCount;
    const first = isSameRun ? older.first : newer.first;
    this.#gaps.splice(0, 2, { ...newer, first, from: older.from, missing: older.missing + newer.missing });
  }
}
