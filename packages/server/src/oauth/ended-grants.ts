/** Consents that have ended a moment ago, so that nothing is issued for them any more. */

/** A request takes milliseconds from its check of a consent to what it is given; this many end in a long time. */
const rememberedMax = 10_000;

/**
 * A request that redeems a code is under way while another one shows the same code again, which ends everything that
 * came of it. What the first is given would come after that; here it is told.
 */
export class EndedGrants {
  /** Oldest first. */
  readonly #ids = new Set<string>();

  add(grantId: string): void {
    this.#ids.delete(grantId);
    this.#ids.add(grantId);
    if (this.#ids.size <= rememberedMax) return;
    const [oldest] = this.#ids;
    if (oldest !== undefined) this.#ids.delete(oldest);
  }

  has(grantId: string): boolean {
    return this.#ids.has(grantId);
  }
}
