/** OAuth clients in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { ClientId, Instant, UserId } from '@tacet/domain';
import type { ClientKind, ClientOrigin, ClientState } from '../control/identity.ts';
import type { OauthClient } from '../oauth/identity.ts';
import { GuardedStatement } from './guarded-statement.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: string;
  readonly secret_hash: string | null;
  readonly previous_secret_hash: string | null;
  readonly previous_secret_until: number | null;
  readonly redirect_uris: string;
  readonly scopes: string;
  readonly state: string;
  readonly token_validity_seconds: number;
  readonly origin: string;
  readonly created_at: number;
  readonly created_by: string | null;
  readonly modified_at: number;
}

const columns = [
  'id',
  'name',
  'description',
  'kind',
  'secret_hash',
  'previous_secret_hash',
  'previous_secret_until',
  'redirect_uris',
  'scopes',
  'state',
  'token_validity_seconds',
  'origin',
  'created_at',
  'created_by',
  'modified_at',
] as const;

/** Not changed by a later put: when and by whom the client was made. */
const fixed: ReadonlySet<string> = new Set(['id', 'created_at', 'created_by']);

export class ClientTable {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync) {
    this.#statements = prepare(db);
  }

  get(id: ClientId): OauthClient | undefined {
    return toClient(this.#statements.get.get(id));
  }

  of(origin: ClientOrigin): OauthClient | undefined {
    return toClient(this.#statements.of.get(origin));
  }

  all(): readonly OauthClient[] {
    return this.#statements.all.all().flatMap((row) => toClient(row) ?? []);
  }

  put(client: OauthClient): void {
    this.#statements.put.run(
      client.id,
      client.name,
      client.description,
      client.kind,
      client.secretHash ?? null,
      client.previousSecret?.hash ?? null,
      client.previousSecret?.until ?? null,
      JSON.stringify(client.redirectUris),
      JSON.stringify(client.scopes),
      client.state,
      client.tokenValiditySeconds,
      client.origin,
      client.createdAt,
      client.createdBy ?? null,
      client.modifiedAt,
    );
  }

  /** Its tokens must be gone. */
  remove(id: ClientId): void {
    this.#statements.remove.run(id);
  }
}

/** A list of texts as it stands in a column. */
export function readTexts(column: string): readonly string[] {
  return JSON.parse(column) as readonly string[];
}

function toClient(found: unknown): OauthClient | undefined {
  if (found === undefined) return undefined;
  const row = found as Row;
  const { previous_secret_hash: hash, previous_secret_until: until } = row;
  return {
    id: row.id as ClientId,
    name: row.name,
    description: row.description,
    kind: row.kind as ClientKind,
    ...(row.secret_hash === null ? {} : { secretHash: row.secret_hash }),
    ...(hash === null || until === null ? {} : { previousSecret: { hash, until: until as Instant } }),
    redirectUris: readTexts(row.redirect_uris),
    scopes: readTexts(row.scopes),
    state: row.state as ClientState,
    tokenValiditySeconds: row.token_validity_seconds,
    origin: row.origin as ClientOrigin,
    createdAt: row.created_at as Instant,
    ...(row.created_by === null ? {} : { createdBy: row.created_by as UserId | ClientId }),
    modifiedAt: row.modified_at as Instant,
  };
}

function prepare(db: DatabaseSync) {
  const statement = (sql: string): GuardedStatement => new GuardedStatement(db, sql);
  const names = columns.join(', ');
  const places = columns.map(() => '?').join(', ');
  const changes = columns.filter((name) => !fixed.has(name)).map((name) => `${name} = excluded.${name}`);
  return {
    get: statement(`SELECT ${names} FROM oauth_clients WHERE id = ?`),
    of: statement(`SELECT ${names} FROM oauth_clients WHERE origin = ?`),
    all: statement(`SELECT ${names} FROM oauth_clients ORDER BY created_at, id`),
    put: statement(`
      INSERT INTO oauth_clients (${names}) VALUES (${places}) ON CONFLICT (id) DO UPDATE SET ${changes.join(', ')}`),
    remove: statement('DELETE FROM oauth_clients WHERE id = ?'),
  };
}
