/** Hashes of tokens, and who holds them, in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { ClientId, Instant, UserId } from '@tacet/domain';
import type { IssuedArtifact, TokenHolder, TokenKey, TokenOwner, TokenStore } from '../oauth/token-store.ts';
import { readTexts } from './client-table.ts';
import { GuardedStatement } from './guarded-statement.ts';

interface ArtifactRow {
  readonly model: string;
  readonly client_id: string | null;
  readonly user_id: string | null;
  readonly grant_key: Uint8Array | null;
  readonly uid_key: Uint8Array | null;
  readonly issued_at: number;
  readonly expires_at: number;
  readonly consumed_at: number | null;
  readonly payload: string;
}

interface HolderRow {
  readonly issued_at: number;
  readonly expires_at: number;
  readonly client_id: string;
  readonly client_name: string;
  readonly client_state: string;
  readonly scopes: string;
  /** The scopes that the token was asked for with, as one text; `all` where it was none. */
  readonly scope: string | null;
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly user_state: string | null;
}

const noScopes: readonly string[] = [];

/** Nothing is cached: a token that another process revoked is refused at its next use. */
export class TokensSqlite implements TokenStore {
  readonly #statements: ReturnType<typeof prepare>;

  /** The tables must exist. */
  constructor(db: DatabaseSync) {
    this.#statements = prepare(db);
  }

  put(key: TokenKey, artifact: IssuedArtifact): void {
    this.#statements.put.run(
      key,
      artifact.model,
      artifact.clientId ?? null,
      artifact.userId ?? null,
      artifact.grantKey ?? null,
      artifact.uidKey ?? null,
      artifact.issuedAt,
      artifact.expiresAt,
      artifact.consumedAt ?? null,
      artifact.payload,
    );
  }

  find(model: string, key: TokenKey): IssuedArtifact | undefined {
    return toArtifact(this.#statements.find.get(model, key));
  }

  findByUid(model: string, uidKey: TokenKey): IssuedArtifact | undefined {
    return toArtifact(this.#statements.findByUid.get(model, uidKey));
  }

  consume(model: string, key: TokenKey, at: Instant): boolean {
    return this.#statements.consume.run(at, model, key) === 1;
  }

  remove(model: string, key: TokenKey): void {
    this.#statements.remove.run(model, key);
  }

  removeByGrant(grantKey: TokenKey): number {
    return this.#statements.removeByGrant.run(grantKey);
  }

  hasOfGrant(model: string, grantKey: TokenKey): boolean {
    return this.#statements.hasOfGrant.get(model, grantKey) !== undefined;
  }

  removeAllOf(owner: TokenOwner): number {
    return 'clientId' in owner
      ? this.#statements.removeOfClient.run(owner.clientId)
      : this.#statements.removeOfUser.run(owner.userId);
  }

  holder(key: TokenKey): TokenHolder | undefined {
    const row = this.#statements.holder.get(key) as HolderRow | undefined;
    if (row === undefined) return undefined;
    const client = {
      issuedAt: row.issued_at as Instant,
      expiresAt: row.expires_at as Instant,
      clientId: row.client_id as ClientId,
      clientName: row.client_name,
      isClientActive: row.client_state === 'active',
      scopes: scopesOf(row),
    };
    if (row.user_id === null) return client;
    // A token of somebody who is gone must not fall back to what its client may do.
    if (row.user_name === null) return undefined;
    const user = { id: row.user_id as UserId, name: row.user_name, isActive: row.user_state === 'active' };
    return { ...client, user };
  }

  removeAccess(key: TokenKey): TokenHolder | undefined {
    const holder = this.holder(key);
    if (holder === undefined) return undefined;
    return this.#statements.removeAccess.run(key) === 0 ? undefined : holder;
  }

  removeExpired(before: Instant): number {
    return this.#statements.removeExpired.run(before);
  }

  removeOldestOf(client: ClientId, keep: number): number {
    return this.#statements.removeOldest.run(client, keep);
  }

  removeOldestOfUser(client: ClientId, user: UserId, keep: number): number {
    const { removeOldestSpent, removeOldestBasis } = this.#statements;
    return removeOldestSpent.run(user, client, keep) + removeOldestBasis.run(user, client, keep);
  }

  removeOldestOfNobody(keep: number): number {
    return this.#statements.removeOldestOfNobody.run(keep);
  }
}

/** Whatever a token was asked for with: what its client may no longer have, it has no longer. */
function scopesOf({ scope, scopes }: HolderRow): readonly string[] {
  const ofClient = scopes === '[]' ? noScopes : readTexts(scopes);
  if (scope === null || scope === 'all') return ofClient;
  const own = scope.split(' ');
  if (ofClient.length === 0) return own;
  const left = own.filter((each) => ofClient.includes(each) || ofClient.includes(each.replace(/:readonly$/, '')));
  // An empty list would mean no limit; no operation is within this scope.
  return left.length === 0 ? ['none'] : left;
}

function toArtifact(found: unknown): IssuedArtifact | undefined {
  if (found === undefined) return undefined;
  const row = found as ArtifactRow;
  return {
    model: row.model,
    ...(row.client_id === null ? {} : { clientId: row.client_id as ClientId }),
    ...(row.user_id === null ? {} : { userId: row.user_id as UserId }),
    ...(row.grant_key === null ? {} : { grantKey: row.grant_key }),
    ...(row.uid_key === null ? {} : { uidKey: row.uid_key }),
    issuedAt: row.issued_at as Instant,
    expiresAt: row.expires_at as Instant,
    ...(row.consumed_at === null ? {} : { consumedAt: row.consumed_at as Instant }),
    payload: row.payload,
  };
}

const columns = 'model, client_id, user_id, grant_key, uid_key, issued_at, expires_at, consumed_at, payload';
/** The two kinds that an API call may carry. */
const isAccess = `model IN ('ClientCredentials', 'AccessToken')`;

/** What a program lives on for months while the tokens that come of it pass: counted apart, so that they do not go first. */
const isBasis = `(model = 'Grant' OR (model = 'RefreshToken' AND consumed_at IS NULL))`;

function prepare(db: DatabaseSync) {
  const statement = (sql: string): GuardedStatement => new GuardedStatement(db, sql);
  return {
    put: statement(`INSERT OR REPLACE INTO oauth_tokens (key, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    find: statement(`SELECT ${columns} FROM oauth_tokens WHERE model = ? AND key = ?`),
    findByUid: statement(`SELECT ${columns} FROM oauth_tokens WHERE model = ? AND uid_key = ?`),
    consume: statement('UPDATE oauth_tokens SET consumed_at = ? WHERE model = ? AND key = ? AND consumed_at IS NULL'),
    remove: statement('DELETE FROM oauth_tokens WHERE model = ? AND key = ?'),
    removeByGrant: statement('DELETE FROM oauth_tokens WHERE grant_key = ?'),
    hasOfGrant: statement('SELECT 1 FROM oauth_tokens WHERE model = ? AND grant_key = ? LIMIT 1'),
    removeOfClient: statement('DELETE FROM oauth_tokens WHERE client_id = ?'),
    removeOfUser: statement('DELETE FROM oauth_tokens WHERE user_id = ?'),
    removeAccess: statement(`DELETE FROM oauth_tokens WHERE key = ? AND ${isAccess}`),
    removeExpired: statement('DELETE FROM oauth_tokens WHERE expires_at < ?'),
    removeOldest: statement(`
      DELETE FROM oauth_tokens WHERE key IN (
        SELECT key FROM oauth_tokens WHERE client_id = ? AND user_id IS NULL
        ORDER BY issued_at DESC LIMIT -1 OFFSET ?
      )`),
    removeOldestSpent: statement(`
      DELETE FROM oauth_tokens WHERE key IN (
        SELECT key FROM oauth_tokens WHERE user_id = ? AND client_id = ? AND NOT ${isBasis}
        ORDER BY issued_at DESC LIMIT -1 OFFSET ?
      )`),
    removeOldestBasis: statement(`
      DELETE FROM oauth_tokens WHERE key IN (
        SELECT key FROM oauth_tokens WHERE user_id = ? AND client_id = ? AND ${isBasis}
        ORDER BY issued_at DESC LIMIT -1 OFFSET ?
      )`),
    removeOldestOfNobody: statement(`
      DELETE FROM oauth_tokens WHERE key IN (
        SELECT key FROM oauth_tokens WHERE client_id IS NULL AND user_id IS NULL
        ORDER BY issued_at DESC LIMIT -1 OFFSET ?
      )`),
    holder: statement(`
      SELECT t.issued_at, t.expires_at, t.client_id, t.user_id,
        c.name AS client_name, c.state AS client_state, c.scopes, u.name AS user_name, u.state AS user_state,
        json_extract(t.payload, '$.scope') AS scope
      FROM oauth_tokens t JOIN oauth_clients c ON c.id = t.client_id LEFT JOIN users u ON u.id = t.user_id
      WHERE t.key = ? AND t.${isAccess}`),
  };
}
