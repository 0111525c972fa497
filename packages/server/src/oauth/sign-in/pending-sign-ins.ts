/** What a user has proved between two steps of a sign-in; in memory only, for a short while. */
import type { Clock, Instant, UserId } from '@tacet/domain';
import type { SecondFactorDraft } from '../second-factor.ts';
import { signInLimits } from './sign-in-limits.ts';

/** How a user proved who they are, for the audit log. */
export type Proof = 'password' | 'passwordAndCode' | 'passwordAndRecoveryCode' | 'outside';

interface Known {
  readonly userId: UserId;
  /** When the first proof was given. */
  readonly since: Instant;
}

export type PendingSignIn = Known &
  (
    | { readonly step: 'secondFactor' }
    | { readonly step: 'setUp'; readonly draft: SecondFactorDraft; readonly isOptional: boolean }
    | { readonly step: 'recoveryCodes'; readonly codes: readonly string[] }
    | { readonly step: 'proved'; readonly by: Proof }
  );

/** By the id of the request for the sign-in, which only one browser knows. */
export class PendingSignIns {
  readonly #clock: Pick<Clock, 'now'>;
  /** Oldest first. */
  readonly #all = new Map<string, PendingSignIn>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get(uid: string): PendingSignIn | undefined {
    const pending = this.#all.get(uid);
    if (pending === undefined || this.#clock.now() - pending.since < signInLimits.pendingMs) return pending;
    // Rule: What was proved in one step of a sign-in counts for ten minutes.
    this.#all.delete(uid);
    return undefined;
  }

  set(uid: string, pending: PendingSignIn): void {
    this.#all.delete(uid);
    this.#all.set(uid, pending);
    if (this.#all.size <= signInLimits.pendingMax) return;
    const [oldest] = this.#all.keys();
    if (oldest !== undefined) this.#all.delete(oldest);
  }

  remove(uid: string): void {
    this.#all.delete(uid);
  }
}
