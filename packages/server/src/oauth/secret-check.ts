/** Checks client secrets: at a bounded cost, slower after failures, and at once for who is known. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ClientId, Clock } from '@tacet/domain';
import { throttleKey } from '../remote-address.ts';
import { AttemptThrottle } from './attempt-throttle.ts';
import { possibleSecrets } from './basic-credentials.ts';
import type { OauthClient } from './identity.ts';
import { identityLimits } from './identity-limits.ts';
import { matchesHash } from './secret-hash.ts';

export type SecretVerdict =
  | { readonly is: 'right' }
  /** With how many attempts at this client were turned away unread since its last failure. */
  | { readonly is: 'wrong'; readonly turnedAwayCount: number }
  | { readonly is: 'throttled'; readonly waitMs: number }
  | { readonly is: 'busy' };

/** Whoever attacks one client from many places can keep a new one of its instances out for half a minute at most. */
const clientPace = { freeCount: 3, firstWaitMs: 1_000, waitMsMax: 30_000, forgetMs: 900_000 } as const;
/** Many clients may share one address (a proxy, a NAT), so it takes more failures and waits less. */
const addressPace = { freeCount: 20, firstWaitMs: 1_000, waitMsMax: 10_000, forgetMs: 900_000 } as const;

/**
 * Judges secrets. A secret that was right before is right again without hashing and whatever others did meanwhile:
 * failures of an attacker never lock out a client that is running. Others are hashed one at a time, so that a flood
 * takes one thread and leaves the rest to the recordings.
 */
export class SecretCheck {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #clients = new AttemptThrottle({ ...clientPace, keysMax: identityLimits.throttledKeysMax });
  readonly #addresses = new AttemptThrottle({ ...addressPace, keysMax: identityLimits.throttledKeysMax });
  readonly #processKey = randomBytes(32);
  /** Proofs of good secrets by their hash, oldest first. */
  readonly #known = new Map<string, Buffer>();
  readonly #underWay = new Map<string, Promise<SecretVerdict>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Judges the secret that `from` (an address) sent for a client. */
  async check(client: OauthClient, sent: string, from: string): Promise<SecretVerdict> {
    const proof = createHmac('sha256', this.#processKey).update(sent, 'utf8').digest();
    // Rule: A client whose secret was right before is let in whatever others failed meanwhile.
    if (this.#isKnown(client, proof)) return { is: 'right' };
    const waitMs = this.#waitMs(client.id, from);
    if (waitMs > 0) return { is: 'throttled', waitMs };
    // Instances of one program start together: what is the same question gets the same answer.
    const hashes = this.#hashesOf(client).join(' ');
    const question = `${client.id} ${throttleKey(from)} ${hashes} ${proof.toString('hex')}`;
    const same = this.#underWay.get(question);
    if (same !== undefined) return same;
    if (this.#underWay.size >= identityLimits.secretChecksWaitingMax) return { is: 'busy' };
    const verdict = this.#last.then(() => this.#judge(client, sent, { from, proof }));
    this.#underWay.set(question, verdict);
    this.#last = verdict.then(
      () => this.#underWay.delete(question),
      () => this.#underWay.delete(question),
    );
    return verdict;
  }

  /** Milliseconds until an address may name another client; 0 when it may now. */
  addressWaitMs(from: string): number {
    return this.#addresses.waitMs(throttleKey(from), this.#clock.now());
  }

  /** Notes that an address named a client that does not exist. */
  namedUnknownClient(from: string): void {
    this.#addresses.failed(throttleKey(from), this.#clock.now());
  }

  /** The hashes of the secrets that count now: the client's own and, for a while after a rotation, the one before. */
  #hashesOf({ secretHash, previousSecret }: OauthClient): readonly string[] {
    const own = secretHash === undefined ? [] : [secretHash];
    // Rule: the secret before a rotation counts until its overlap ends, and not after
    const isOver = previousSecret === undefined || this.#clock.now() >= previousSecret.until;
    return isOver ? own : [...own, previousSecret.hash];
  }

  #isKnown(client: OauthClient, proof: Buffer): boolean {
    return this.#hashesOf(client).some((hash) => {
      const known = this.#known.get(`${client.id} ${hash}`);
      return known !== undefined && timingSafeEqual(known, proof);
    });
  }

  #waitMs(client: ClientId, from: string): number {
    const now = this.#clock.now();
    const waitMs = Math.max(this.#clients.waitMs(client, now), this.#addresses.waitMs(throttleKey(from), now));
    if (waitMs > 0) this.#clients.turnedAway(client);
    return waitMs;
  }

  async #judge(
    client: OauthClient,
    sent: string,
    { from, proof }: { readonly from: string; readonly proof: Buffer },
  ): Promise<SecretVerdict> {
    if (this.#isKnown(client, proof)) return { is: 'right' };
    // Others failed while this one waited for its turn.
    const waitMs = this.#waitMs(client.id, from);
    if (waitMs > 0) return { is: 'throttled', waitMs };
    for (const hash of this.#hashesOf(client)) {
      if (!(await isBehind(hash, sent))) continue;
      this.#clients.succeeded(client.id);
      this.#remember(`${client.id} ${hash}`, proof);
      return { is: 'right' };
    }
    const now = this.#clock.now();
    this.#addresses.failed(throttleKey(from), now);
    return { is: 'wrong', turnedAwayCount: this.#clients.failed(client.id, now) };
  }

  #remember(key: string, proof: Buffer): void {
    this.#known.delete(key);
    this.#known.set(key, proof);
    if (this.#known.size <= identityLimits.knownSecretsMax) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

async function isBehind(hash: string, sent: string): Promise<boolean> {
  // Form-encoding makes a text three times as long at most.
  if (sent.length > 3 * identityLimits.secretCharactersMax) return false;
  for (const secret of possibleSecrets(sent)) {
    if (await matchesHash(secret, hash)) return true;
  }
  return false;
}
