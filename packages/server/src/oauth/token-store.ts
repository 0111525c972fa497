/** The port that keeps tokens: under the hash of their value, never the value itself. */
import { createHash } from 'node:crypto';
import type { ClientId, Instant, UserId } from '@tacet/domain';

/** SHA-256 of a token's value: enough to find it, useless to whoever reads the database. */
export type TokenKey = Uint8Array;

/** Tokens are 256 random bits, so that one unsalted hash is safe: there is nothing to guess. */
export function tokenKey(value: string): TokenKey {
  return createHash('sha256').update(value, 'utf8').digest();
}

/** Something that was issued and is found again by its value: tokens of access now, codes and sign-ins later. */
export interface IssuedArtifact {
  /** The name oidc-provider has for its kind, e.g. `ClientCredentials`. */
  readonly model: string;
  readonly clientId?: ClientId;
  readonly userId?: UserId;
  /** Hash of the consent it hangs on, if any. */
  readonly grantKey?: TokenKey;
  /** Hash of a second name it is found by, if any. */
  readonly uidKey?: TokenKey;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  readonly consumedAt?: Instant;
  /** JSON of everything else; holds no value that would be accepted as a token. */
  readonly payload: string;
}

/** Everything one needs to judge a bearer token, read at once. */
export interface TokenHolder {
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  readonly clientId: ClientId;
  readonly clientName: string;
  readonly isClientActive: boolean;
  /** What the token is limited to: the scopes it was asked for with, or else its client's; empty for no limit. */
  readonly scopes: readonly string[];
  /** Present for tokens with a user context. */
  readonly user?: { readonly id: UserId; readonly name: string; readonly isActive: boolean };
}

export type TokenOwner = { readonly clientId: ClientId } | { readonly userId: UserId };

/** The port. What a call wrote is durable when the call returns, and counts for the next `holder` at once. */
export interface TokenStore {
  put(key: TokenKey, artifact: IssuedArtifact): void;
  find(model: string, key: TokenKey): IssuedArtifact | undefined;
  /** The artifact of that second name, with no way back to its value. */
  findByUid(model: string, uidKey: TokenKey): IssuedArtifact | undefined;
  /** Marks it as used; returns whether it was there and not used before, so that of two who race one wins. */
  consume(model: string, key: TokenKey, at: Instant): boolean;
  remove(model: string, key: TokenKey): void;
  /** Removes what hangs on one consent; returns how many there were. */
  removeByGrant(grantKey: TokenKey): number;
  /** Whether something of a model hangs on that consent. */
  hasOfGrant(model: string, grantKey: TokenKey): boolean;
  /** Removes every artifact of a client or a user; returns how many there were. */
  removeAllOf(owner: TokenOwner): number;
  /** Who holds the access token of that key, expired or not. */
  holder(key: TokenKey): TokenHolder | undefined;
  /** Removes an access token; returns who held it. */
  removeAccess(key: TokenKey): TokenHolder | undefined;
  /** Removes what expired before an instant; returns how many there were. */
  removeExpired(before: Instant): number;
  /** Removes the oldest artifacts that a client has for itself until `keep` are left; returns how many it removed. */
  removeOldestOf(client: ClientId, keep: number): number;
  /** The same for what a client has of one user; consents and refresh tokens in force are counted apart. */
  removeOldestOfUser(client: ClientId, user: UserId, keep: number): number;
  /** The same for what belongs to no client and no user: sign-ins that were begun and not finished. */
  removeOldestOfNobody(keep: number): number;
}
