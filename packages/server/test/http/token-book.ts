/** Tokens that a test hands out, lets expire and revokes: stands in for the OAuth edge. */
import {
  type Actor,
  builtInRight,
  type ClientId,
  type DivisionId,
  Fault,
  type Permission,
  type RoleName,
  type UserId,
} from '@tacet/domain';
import type { TokenChecker } from '../../src/http/ports.ts';
import type { TokenHolders } from '../../src/notify/index.ts';

interface Held {
  readonly actor: Actor;
  state: 'good' | 'expired' | 'revoked';
}

export interface TokenWish {
  readonly role?: RoleName;
  readonly division?: DivisionId | '*';
  readonly userId?: UserId;
  readonly name?: string;
  readonly clientId?: ClientId;
  readonly scopes?: readonly string[];
}

/** Whose tokens are, unless a test says otherwise. */
export const someClient = '00000000-0000-4000-8000-00000000c11e' as ClientId;

export class TokenBook implements TokenChecker, TokenHolders {
  readonly #held = new Map<string, Held>();
  readonly revokedFrom: string[] = [];
  /** Set to make every check fail with it. */
  failure: Error | undefined;

  /** A good token; of client credentials unless a user is named. */
  issue(wish: TokenWish = {}): string {
    const { role, division = '*', userId, name = role ?? 'nobody', clientId = someClient, scopes } = wish;
    const bearer = `token-${this.#held.size + 1}`;
    const rights = role === undefined ? [] : [builtInRight(role, division)];
    const user = userId === undefined ? {} : { userId };
    const limited = scopes === undefined ? {} : { scopes };
    this.#held.set(bearer, { actor: { clientId, ...user, ...limited, name, rights }, state: 'good' });
    return bearer;
  }

  /** A good token of client credentials with exactly these permissions, everywhere. */
  issueRights(permissions: readonly Permission[]): string {
    const bearer = this.issue();
    const held = this.#held.get(bearer);
    if (held === undefined) throw new Error('a token that was issued is held');
    const rights = [{ permissions: new Set(permissions), division: '*' }] as const;
    this.#held.set(bearer, { ...held, actor: { ...held.actor, rights } });
    return bearer;
  }

  keyOf(bearer: string): string {
    return `key of ${bearer}`;
  }

  /** As for a channel, which knows no more of a token than its key. */
  holderOf(key: string): Actor | undefined {
    if (this.failure !== undefined) throw this.failure;
    const held = this.#held.get(key.slice('key of '.length));
    return held?.state === 'good' ? held.actor : undefined;
  }

  /** The holder's rights become those of another role. */
  changeRole(bearer: string, role: RoleName, division: DivisionId | '*' = '*'): void {
    const held = this.#held.get(bearer);
    if (held === undefined) throw new Error('a token that was issued is held');
    this.#held.set(bearer, { ...held, actor: { ...held.actor, rights: [builtInRight(role, division)] } });
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
