/** Tokens that a test hands out, lets expire and revokes: stands in for the OAuth edge. */
import { type Actor, type ClientId, type DivisionId, Fault, type RoleName, type UserId } from '@tacet/domain';
import type { TokenChecker } from '../../src/http/ports.ts';

interface Held {
  readonly actor: Actor;
  state: 'good' | 'expired' | 'revoked';
}

export interface TokenWish {
  readonly role?: RoleName;
  readonly division?: DivisionId | '*';
  readonly userId?: UserId;
  readonly name?: string;
}

export class TokenBook implements TokenChecker {
  readonly #held = new Map<string, Held>();
  readonly revokedFrom: string[] = [];
  /** Set to make every check fail with it. */
  failure: Error | undefined;

  /** A good token; of client credentials unless a user is named. */
  issue({ role, division = '*', userId, name = role ?? 'nobody' }: TokenWish = {}): string {
    const bearer = `token-${this.#held.size + 1}`;
    const clientId = '00000000-0000-4000-8000-00000000c11e' as ClientId;
    const grants = role === undefined ? [] : [{ role, division }];
    const user = userId === undefined ? {} : { userId };
    this.#held.set(bearer, { actor: { clientId, ...user, name, grants }, state: 'good' });
    return bearer;
  }

  expire(bearer: string): void {
    this.#set(bearer, 'expired');
  }

  async check(bearer: string): Promise<Actor> {
    if (this.failure !== undefined) throw this.failure;
    const held = this.#held.get(bearer);
    if (held === undefined || held.state === 'revoked') throw new Fault('tokenInvalid');
    if (held.state === 'expired') throw new Fault('tokenExpired');
    return held.actor;
  }

  async revoke(bearer: string, from: string): Promise<void> {
    this.#set(bearer, 'revoked');
    this.revokedFrom.push(from);
  }

  #set(bearer: string, state: Held['state']): void {
    const held = this.#held.get(bearer);
    if (held !== undefined) held.state = state;
  }
}
