/** Tells datagrams that the kernel dropped for want of room from packets that the network lost (P8). */
import { earliest, type Interval, latest, overlaps } from '@tacet/domain';
import type { LostPackets } from '@tacet/media/intake';

/** Stretches that wait for the gap in the numbering that they explain; beyond it the oldest two are joined. */
const stretchesMax = 32;
/** A gap is told after the time that late packets have; drops that no gap has claimed by then left none. */
const claimMsMax = 3_000;

interface Dropped extends Interval {
  unitCount: number;
}

/** A gap in the numbering says how many are missing, the kernel how many of them were lost on our side. */
export class OverloadMeter {
  #dropped: Dropped[] = [];

  get isEmpty(): boolean {
    return this.#dropped.length === 0;
  }

  note(unitCount: number, { from, to }: Interval): void {
    this.#dropped.push({ from, to, unitCount });
    const [older, newer] = this.#dropped;
    if (this.#dropped.length <= stretchesMax || older === undefined || newer === undefined) return;
    const joined = { from: earliest(older.from, newer.from), to: latest(older.to, newer.to) };
    this.#dropped.splice(0, 2, { ...joined, unitCount: older.unitCount + newer.unitCount });
  }

  /** @returns how many of a gap's packets the kernel dropped; they are not told again. */
  claim(gap: LostPackets): number {
    let claimed = 0;
    for (const one of this.#dropped) {
      if (claimed === gap.unitCount || !overlaps(one, gap)) continue;
      const taken = Math.min(one.unitCount, gap.unitCount - claimed);
      one.unitCount -= taken;
      claimed += taken;
    }
    if (claimed > 0) this.#dropped = this.#dropped.filter(({ unitCount }) => unitCount > 0);
    return claimed;
  }

  /** Drops that no gap has claimed, and none will: nothing came after them, or the numbering began anew. */
  take(now: number): readonly LostPackets[] {
    const old = this.#dropped.filter(({ to }) => now - to > claimMsMax);
    if (old.length > 0) this.#dropped = this.#dropped.filter((one) => !old.includes(one));
    return old;
  }

  takeAll(): readonly LostPackets[] {
    const all = this.#dropped;
    this.#dropped = [];
    return all;
  }
}
