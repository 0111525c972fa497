/** Units masked lately: told as one interval when nothing more was for a while, so that the pattern of the keys is not. */
import { earliest, type Instant, latest, limits } from '@tacet/domain';
import type { Silenced } from './chunk-builder.ts';

export class MaskedUnits {
  #waiting: Silenced | undefined;
  #total = 0;

  /** Units masked over the whole capture. */
  get total(): number {
    return this.#total;
  }

  get isEmpty(): boolean {
    return this.#waiting === undefined;
  }

  /** @returns what came so long before these that it is to be told by itself. */
  add(units: Silenced): Silenced | undefined {
    this.#total += units.unitCount;
    const known = this.#waiting;
    const isApart = known !== undefined && units.from - known.to >= limits.maskedJoinMs;
    const { from, to, unitCount } = known === undefined || isApart ? { ...units, unitCount: 0 } : known;
    this.#waiting = {
      from: earliest(from, units.from),
      to: latest(to, units.to),
      unitCount: unitCount + units.unitCount,
    };
    return isApart ? known : undefined;
  }

  /** Whether nothing more can belong to it. */
  isDue(now: Instant): boolean {
    return this.#waiting !== undefined && now - this.#waiting.to >= limits.maskedJoinMs;
  }

  take(): Silenced | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
