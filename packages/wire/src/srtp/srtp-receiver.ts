/** The keys of one stream, through rekeying: tells whose packet is genuine; decrypting is a step of its own. */

import { srtpLimits } from './limits.ts';
import { type Authentic, SrtpKey, type SrtpTerms, type SrtpVerdict } from './srtp-key.ts';

/** Packets under the key before may still come this long after the first one under the new key, in ms. */
const oldKeyMs = 2_000;

interface KeyInUse {
  readonly key: SrtpKey;
  /** Counts the agreements; a key that is agreed on again moves to the newest. */
  agreement: number;
}

export class SrtpReceiver {
  /** The newest agreement first. */
  #keys: readonly KeyInUse[] = [];
  #agreement = 0;
  /** When the keys of earlier agreements are dropped; `undefined` until a packet under the newest one has come. */
  #oldUntil: number | undefined;

  /** @param isContinued somebody who is gone had these keys in use; how far is not known. */
  constructor(terms: SrtpTerms, isContinued: boolean = false) {
    this.#use(terms, isContinued);
  }

  /** New keys hold from now on, beside those before: the sender changes when our answer reaches it. */
  agree(terms: SrtpTerms): void {
    this.#use(terms, false);
  }

  #use({ suite, keys }: SrtpTerms, isContinued: boolean): void {
    this.#agreement += 1;
    this.#oldUntil = undefined;
    const agreed = keys.map((master): KeyInUse => {
      // Rule: a key that is agreed on again goes on with its counters
      const known = this.#keys.find(({ key }) => key.isMadeOf(suite, master));
      return { key: known?.key ?? new SrtpKey(suite, master, isContinued), agreement: this.#agreement };
    });
    const before = this.#keys.filter(({ key }) => agreed.every((one) => one.key !== key));
    this.#keys = [...agreed, ...before].slice(0, srtpLimits.contextsMax);
  }

  /**
   * Whether a packet is genuine, from its header and its tag; it is not decrypted.
   * @param headerEnd where its payload begins. @param now in ms, on any clock.
   */
  authenticateRtp(packet: Uint8Array, header: SealedHeader, now: number): SrtpVerdict {
    let verdict: 'replayed' | 'unauthentic' = 'unauthentic';
    for (const inUse of this.#keys) {
      const found = inUse.key.tryRtp(packet, header.payloadOffset, header.ssrc, header.sequence);
      if (typeof found !== 'string') return this.#taken(inUse, found, now);
      if (found === 'replayed') verdict = found;
    }
    return verdict;
  }

  authenticateRtcp(packet: Uint8Array, now: number): SrtpVerdict {
    let verdict: 'replayed' | 'unauthentic' = 'unauthentic';
    for (const inUse of this.#keys) {
      const found = inUse.key.tryRtcp(packet);
      if (typeof found !== 'string') return this.#taken(inUse, found, now);
      if (found === 'replayed') verdict = found;
    }
    return verdict;
  }

  #taken({ agreement }: KeyInUse, found: Authentic, now: number): Authentic {
    if (this.#keys.length === 1) return found;
    const hasOld = this.#keys.some((one) => one.agreement < this.#agreement);
    if (hasOld && agreement === this.#agreement) this.#oldUntil ??= now + oldKeyMs;
    if (this.#oldUntil !== undefined && now >= this.#oldUntil) {
      this.#keys = this.#keys.filter((one) => one.agreement === this.#agreement);
    }
    return found;
  }
}

/** What must be known of a packet's header before its payload is. */
export interface SealedHeader {
  readonly ssrc: number;
  readonly sequence: number;
  readonly payloadOffset: number;
}
