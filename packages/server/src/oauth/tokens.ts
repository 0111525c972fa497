/** Tokens as the rest of the server knows them: checked on every call, issued by hand, revoked at once. */
import {
  type Actor,
  after,
  type ClientId,
  type Clock,
  Fault,
  type IdSource,
  type Instant,
  type UserId,
} from '@tacet/domain';
import type { IdentityStore, OauthClient } from './identity.ts';
import type { OnIdentityEvent } from './identity-event.ts';
import { identityLimits } from './identity-limits.ts';
import type { OauthProvider } from './provider.ts';
import type { TokenIdleness } from './token-idleness.ts';
import { type TokenHolder, type TokenKey, type TokenOwner, type TokenStore, tokenKey } from './token-store.ts';

export interface TokensParts {
  readonly identity: IdentityStore;
  readonly tokens: TokenStore;
  readonly provider: Pick<OauthProvider, 'mintForUser'>;
  readonly idleness: Pick<TokenIdleness, 'use' | 'idlesAt'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: IdSource;
  readonly onEvent: OnIdentityEvent;
}

export interface IssuedToken {
  /** The value, which is not kept and cannot be shown again. */
  readonly token: string;
  readonly expiresAt: Instant;
}

export class Tokens {
  readonly #parts: TokensParts;

  constructor(parts: TokensParts) {
    this.#parts = parts;
  }

  /**
   * Who asks. The answer is read from the store each time, so that a revoked token, a disabled client and a changed
   * grant count from the next call on.
   * @throws Fault tokenInvalid for a value that was never issued, was revoked, or belongs to somebody who is not active
   * @throws Fault tokenExpired from the instant of expiry on, for a day
   */
  async check(bearer: string, now: Instant): Promise<Actor> {
    const holder = this.#holder(bearer);
    const actor = this.#actorOf(holder, now);
    if (holder?.user !== undefined) this.#use(bearer, holder);
    return actor;
  }

  /**
   * The same for a token of which only the hash is known, for whoever is told of events on its behalf; which is no use
   * of the token, and does not keep it from ending.
   */
  heldBy(key: TokenKey, now: Instant): Actor | undefined {
    const { tokens, idleness } = this.#parts;
    const holder = tokens.holder(key);
    const idlesAt = holder?.user && idleness.idlesAt({ key, issuedAt: holder.issuedAt });
    if (idlesAt !== undefined && now >= idlesAt) return undefined;
    try {
      return this.#actorOf(holder, now);
    } catch (error) {
      if (error instanceof Fault && error.kind === 'unauthenticated') return undefined;
      throw error;
    }
  }

  #actorOf(holder: TokenHolder | undefined, now: Instant): Actor {
    const { identity } = this.#parts;
    // Rule: The tokens of a client that is not active are refused.
    if (holder === undefined || !holder.isClientActive) throw new Fault('tokenInvalid');
    const { clientId, clientName, scopes, user } = holder;
    // Rule: The tokens of a user who is not active are refused.
    if (user !== undefined && !user.isActive) throw new Fault('tokenInvalid');
    if (now >= holder.expiresAt) throw new Fault('tokenExpired');
    if (user === undefined) return { clientId, name: clientName, rights: identity.rightsOf(clientId) };
    // Rule: A token with a user context carries the rights of the user, never those of the client.
    const rights = identity.rightsOf(user.id);
    return { clientId, userId: user.id, name: user.name, rights, ...(scopes.length > 0 && { scopes }) };
  }

  /** Revokes one token; the next call with it is refused. Returns whether there was such a token. */
  async revoke(bearer: string, from = ''): Promise<boolean> {
    const holder =
      bearer.length > identityLimits.bearerCharactersMax
        ? undefined
        : this.#parts.tokens.removeAccess(tokenKey(bearer));
    if (holder === undefined) return false;
    this.#reportRevoked(holder.clientId, holder.user?.id, {
      name: holder.user?.name ?? holder.clientName,
      from,
      count: 1,
    });
    return true;
  }

  /** Revokes every token of a client or a user; returns how many there were. */
  async revokeAllOf(owner: TokenOwner, from = ''): Promise<number> {
    const { identity, tokens } = this.#parts;
    const count = tokens.removeAllOf(owner);
    if ('clientId' in owner) {
      this.#reportRevoked(owner.clientId, undefined, {
        name: identity.client(owner.clientId)?.name ?? '',
        from,
        count,
      });
    } else {
      this.#reportRevoked(undefined, owner.userId, { name: identity.user(owner.userId)?.name ?? '', from, count });
    }
    return count;
  }

  /**
   * Makes a token with the context of a user, without a sign-in.
   * @throws Fault resourceUnknown when there is no such user, constraintBroken when they are not active
   * @throws Fault valueInvalid when the validity (whole seconds) is outside what the contract allows for clients
   */
  async issueForUser(userId: UserId, validitySeconds: number): Promise<IssuedToken> {
    const { identity, provider, clock, onEvent } = this.#parts;
    const { tokenValiditySecondsMin: min, tokenValiditySecondsMax: max } = identityLimits;
    if (!Number.isInteger(validitySeconds) || validitySeconds < min || validitySeconds > max) {
      throw new Fault('valueInvalid', { field: 'validitySeconds', min, max });
    }
    const user = identity.user(userId);
    if (user === undefined || user.state === 'deleted') throw new Fault('resourceUnknown', { userId });
    if (user.state !== 'active') throw new Fault('constraintBroken', { field: 'user', problem: 'is not active' });
    const client = this.#commandLineClient();
    const now = clock.now();
    const token = await provider.mintForUser(client.id, userId, validitySeconds);
    const about = { clientId: client.id, userId, name: user.name };
    onEvent({ action: 'tokenIssued', result: 'done', at: now, ...about, from: '', facts: { validitySeconds } });
    return { token, expiresAt: after(now, validitySeconds * 1_000) };
  }

  /** When a token ends unless it is used before; `undefined` for those that do not. */
  idlesAt(bearer: string): Instant | undefined {
    const holder = this.#holder(bearer);
    if (holder?.user === undefined) return undefined;
    return this.#parts.idleness.idlesAt({ key: tokenKey(bearer), issuedAt: holder.issuedAt });
  }

  /** @throws Fault tokenExpired for a token that was not used for too long, which then is no more. */
  #use(bearer: string, { issuedAt }: TokenHolder): void {
    const { tokens, idleness } = this.#parts;
    const key = tokenKey(bearer);
    if (idleness.use({ key, issuedAt })) return;
    tokens.removeAccess(key);
    throw new Fault('tokenExpired');
  }

  #holder(bearer: string): TokenHolder | undefined {
    if (bearer.length > identityLimits.bearerCharactersMax) return undefined;
    return this.#parts.tokens.holder(tokenKey(bearer));
  }

  /** The client behind tokens made by hand: without secret and grants, it can do nothing of its own. */
  #commandLineClient(): OauthClient {
    const { identity, clock, ids, onEvent } = this.#parts;
    const existing = identity.clientOf('commandLine');
    if (existing !== undefined) return existing;
    const now = clock.now();
    const client: OauthClient = {
      id: ids.next<ClientId>(),
      name: 'Command line',
      description: 'Stands behind tokens that were issued by hand.',
      kind: 'CLIENT-CREDENTIALS',
      redirectUris: [],
      scopes: [],
      state: 'active',
      tokenValiditySeconds: identityLimits.tokenValiditySecondsDefault,
      origin: 'commandLine',
      createdAt: now,
      modifiedAt: now,
    };
    identity.putClients([client]);
    const about = { clientId: client.id, name: client.name };
    onEvent({ action: 'clientCreated', result: 'done', at: client.createdAt, ...about, from: '', facts: {} });
    return client;
  }

  #reportRevoked(
    clientId: ClientId | undefined,
    userId: UserId | undefined,
    { name, from, count }: { readonly name: string; readonly from: string; readonly count: number },
  ): void {
    const { clock, onEvent } = this.#parts;
    const about = {
      ...(clientId === undefined ? {} : { clientId }),
      ...(userId === undefined ? {} : { userId }),
      name,
    };
    const door = from === '' ? {} : { door: 'DELETE /api/v2/tokens/me' };
    onEvent({ action: 'tokenRevoked', result: 'done', at: clock.now(), ...about, from, ...door, facts: { count } });
  }
}
