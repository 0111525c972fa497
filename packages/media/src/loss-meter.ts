/** Finds what the network lost: numbers that are missing and were not filled by late packets (P8). */
import { earliest, type Instant, instant } from '@tacet/domain';
import { mediaLimits } from './limits.ts';

/** Packets missing in a row. */
export interface LostPackets {
  /** Arrival of the packet before the gap. */
  readonly from: Instant;
  /** Arrival of the packet behind it; always later than `from`. */
  readonly to: Instant;
  readonly unitCount: number;
}

/**
 * The numbering of one source; an `RtpSource` has one for each SSRC and keeps it up to date. It is told from others by
 * which object it is: one that was forgotten and met again begins anew.
 */
export interface Numbering {
  readonly ssrc: number;
  /** Extended number of the packet at hand, each seen once. */
  readonly sequence: number;
  /** Grows when the source begins its numbering anew. */
  readonly restartCount: number;
}

/** How far a numbering has come. */
interface Line {
  readonly numbering: Numbering;
  restartCount: number;
  highest: number;
  highestAt: Instant;
  /** The numbering began anew and only one packet of it was seen: it may as well be a stray one. */
  isOnProbation: boolean;
}

interface Gap {
  numbering: Numbering;
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
  /** The numberings of the stream, the one heard last among them; of more than its source keeps the oldest is forgotten. */
  readonly #lines: Line[] = [];
  #line: Line | undefined;

  get isEmpty(): boolean {
    return this.#gaps.length === 0;
  }

  /** Takes note of a packet that the source accepted, withheld ones as well. */
  mark(packet: Numbering, arrivedAt: Instant): void {
    const line = this.#line?.numbering === packet ? this.#line : this.#turnTo(packet, arrivedAt);
    const { sequence } = packet;
    if (packet.restartCount !== line.restartCount) {
      line.isOnProbation = true;
      line.restartCount = packet.restartCount;
    } else if (sequence <= line.highest) {
      this.#fill(packet);
      return;
    } else {
      // After one stray packet the numbering seems to leap; that leap is no loss.
      if (sequence > line.highest + 1 && !line.isOnProbation) this.#found(line, sequence, arrivedAt);
      line.isOnProbation = false;
    }
    line.highest = sequence;
    line.highestAt = arrivedAt;
  }

  /** Whether the packet at hand was noted as the highest of the numbering heard last: the next ones may be a run. */
  isAt(packet: Numbering): boolean {
    const line = this.#line;
    return line?.numbering === packet && line.restartCount === packet.restartCount && line.highest === packet.sequence;
  }

  /** Takes note of packets that followed each other without a gap, the one at hand the last; ask `isAt` before them. */
  markRun(packet: Numbering, arrivedAt: Instant): void {
    const line = this.#line;
    if (line === undefined) return;
    line.isOnProbation = false;
    line.highest = packet.sequence;
    line.highestAt = arrivedAt;
  }

  /** Another source than before is heard, in turns with it or in its place. */
  #turnTo(packet: Numbering, arrivedAt: Instant): Line {
    let line: Line | undefined;
    for (const one of this.#lines) if (one.numbering === packet) line = one;
    const { restartCount, sequence } = packet;
    if (line === undefined) {
      if (this.#lines.length >= mediaLimits.sourcesPerStreamMax) this.#forgetOldest();
      line = { numbering: packet, restartCount, highest: sequence - 1, highestAt: arrivedAt, isOnProbation: false };
      this.#lines.push(line);
    } else if (arrivedAt - line.highestAt > mediaLimits.reorderAllowanceMs && sequence > line.highest) {
      // It spoke elsewhere meanwhile, or not at all: what it numbered there was never on its way to us.
      line.highest = sequence - 1;
    }
    this.#line = line;
    return line;
  }

  #forgetOldest(): void {
    let oldest = 0;
    for (const [place, { highestAt }] of this.#lines.entries()) {
      if (highestAt < (this.#lines[oldest]?.highestAt ?? highestAt)) oldest = place;
    }
    this.#lines.splice(oldest, 1);
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

  /** Gaps that may still be filled. */
  get waiting(): readonly LostPackets[] {
    return this.#gaps.map(({ from, to, missing }) => ({ from, to, unitCount: missing }));
  }

  /** Everything still open: the capture ends, and nothing can fill it any more. */
  takeAll(): readonly LostPackets[] {
    return this.#report(this.#gaps.length);
  }

  #report(count: number): readonly LostPackets[] {
    if (count === 0) return [];
    return this.#gaps.splice(0, count).map(({ from, to, missing }) => ({ from, to, unitCount: missing }));
  }

  #found({ numbering, restartCount, highest, highestAt: from }: Line, sequence: number, arrivedAt: Instant): void {
    const [first, last] = [highest + 1, sequence - 1];
    const to = arrivedAt > from ? arrivedAt : instant(from + microsecond);
    this.#gaps.push({ numbering, restartCount, first, last, from, to, missing: last - first + 1 });
    if (this.#gaps.length > mediaLimits.gapsWaitingMax) this.#joinOldest();
  }

  /** A late packet takes its place; a gap without missing packets is none. */
  #fill(packet: Numbering): void {
    const { sequence, restartCount } = packet;
    for (let at = this.#gaps.length - 1; at >= 0; at -= 1) {
      const gap = this.#gaps[at];
      if (gap === undefined || gap.numbering !== packet || gap.restartCount !== restartCount) continue;
      if (sequence < gap.first || sequence > gap.last) continue;
      gap.missing -= 1;
      if (gap.missing === 0) this.#gaps.splice(at, 1);
      return;
    }
  }

  /** The count stays right; the interval reaches over what arrived between the two. */
  #joinOldest(): void {
    const [older, newer] = this.#gaps;
    if (older === undefined || newer === undefined) return;
    const isSameRun = older.numbering === newer.numbering && older.restartCount === newer.restartCount;
    const first = isSameRun ? older.first : newer.first;
    this.#gaps.splice(0, 2, {
      ...newer,
      first,
      from: earliest(older.from, newer.from),
      missing: older.missing + newer.missing,
    });
  }
}
