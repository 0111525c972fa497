/** A capture that was taken up has not seen what its first units depend on: they are refused until an anchor comes. */
import type { Unit } from '@tacet/capture';
import { instant } from '@tacet/domain';
import type { LostPackets } from '@tacet/media/intake';

const microsecond = 0.001;

/**
 * The state of a gate outlives a worker, but not what an anchor was asked for: until one comes nothing tells what was
 * made in a pause from what was made after it.
 */
export class HeadlessUnits {
  #isWaiting: boolean;
  #refused: LostPackets | undefined;

  constructor(isWaiting: boolean) {
    this.#isWaiting = isWaiting;
  }

  get isEmpty(): boolean {
    return this.#refused === undefined;
  }

  /** What comes while the gate is shut is withheld as ever, and nothing opens it but an anchor. */
  refuses({ bytes, arrivedAt, isAnchor }: Unit, isOpen: boolean): boolean {
    if (isAnchor) this.#isWaiting = false;
    if (!this.#isWaiting || !isOpen) return false;
    // Rule: a capture that was taken up keeps nothing that depends on earlier units before an anchor has come
    bytes.fill(0);
    const { from = arrivedAt, unitCount = 0 } = this.#refused ?? {};
    this.#refused = { from, to: instant(arrivedAt + microsecond), unitCount: unitCount + 1 };
    return true;
  }

  take(): LostPackets | undefined {
    const refused = this.#refused;
    this.#refused = undefined;
    return refused;
  }
}
