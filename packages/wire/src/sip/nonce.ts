/** Nonces that need no memory until they are used: an instant, chance, and our signature over both (RFC 7616 §3.3). */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What is known of a nonce that was used. */
interface Use {
  readonly issuedMs: number;
  /** The highest count so far, and which of the counts below it came: bit n stands for n + 1 below. */
  highest: number;
  below: number;
}

export interface NoncePolicy {
  /** How long a nonce is taken. */
  readonly lifeMs: number;
  /** Nonces in use that are remembered; beyond it the oldest become stale. */
  readonly usedMax: number;
}

/** 16 of the 32 bytes: beyond any guessing, and a header that stays short. */
const signatureChars = 32;
/** Counts that may come out of order, as they do when a source has many calls at once. */
const windowSize = 31;
const shape = /^([0-9a-f]{1,12})\.([0-9a-f]{16})\.([0-9a-f]{32})$/;

/**
 * Makes nonces and takes each count of them once.
 *
 * Time is the caller's, in ms; randomness comes with each call, so that this stays without a source of its own.
 */
export class Nonces {
  readonly #key: Uint8Array;
  readonly #policy: NoncePolicy;
  /** In the order of first use. */
  readonly #uses = new Map<string, Use>();
  /** Nonces issued before this are stale, since what was known of them was forgotten. */
  #floorMs = 0;

  constructor(key: Uint8Array, policy: NoncePolicy) {
    this.#key = key;
    this.#policy = policy;
  }

  /** @param chance 16 hexadecimal digits. */
  issue(nowMs: number, chance: string): string {
    const said = `${Math.floor(nowMs).toString(16)}.${chance}`;
    return `${said}.${this.#sign(said)}`;
  }

  /** Takes a count of a nonce once; false when the nonce is not ours, too old, or this count of it came before. */
  take(nonce: string, count: number, nowMs: number): boolean {
    const issuedMs = this.#issuedMs(nonce);
    if (issuedMs === undefined || issuedMs > nowMs || nowMs - issuedMs > this.#policy.lifeMs) return false;
    if (issuedMs < this.#floorMs || count < 1) return false;
    const use = this.#uses.get(nonce);
    if (use !== undefined) return takeCount(use, count);
    this.#makeRoom(nowMs);
    if (issuedMs < this.#floorMs) return false;
    this.#uses.set(nonce, { issuedMs, highest: count, below: 0 });
    return true;
  }

  #issuedMs(nonce: string): number | undefined {
    const match = shape.exec(nonce);
    if (match === null) return undefined;
    const right = Buffer.from(this.#sign(`${match[1]}.${match[2]}`));
    const given = Buffer.from(match[3] ?? '');
    return timingSafeEqual(right, given) ? Number.parseInt(match[1] ?? '', 16) : undefined;
  }

  #sign(said: string): string {
    return createHmac('sha256', this.#key).update(said).digest('hex').slice(0, signatureChars);
  }

  #makeRoom(nowMs: number): void {
    for (const [nonce, { issuedMs }] of this.#uses) {
      const isOver = nowMs - issuedMs > this.#policy.lifeMs;
      if (!isOver && this.#uses.size < this.#policy.usedMax) return;
      this.#uses.delete(nonce);
      // Forgetting a nonce that is still good would let its counts come a second time.
      if (!isOver) this.#floorMs = Math.max(this.#floorMs, issuedMs + 1);
    }
  }
}

/** Counts above the highest one are new; those shortly below it are remembered one by one; others came too late. */
function takeCount(use: Use, count: number): boolean {
  const behind = use.highest - count;
  if (behind < 0) {
    const moved = -behind;
    use.below = moved > windowSize ? 0 : ((use.below << moved) | (1 << (moved - 1))) & 0x7fff_ffff;
    use.highest = count;
    return true;
  }
  if (behind === 0 || behind > windowSize) return false;
  const bit = 1 << (behind - 1);
  if ((use.below & bit) !== 0) return false;
  use.below |= bit;
  return true;
}
