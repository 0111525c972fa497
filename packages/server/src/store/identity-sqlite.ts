/** Clients, users and the home division in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import { type ClientId, type DivisionId, Fault, type IdSource, type Instant, needs, type UserId } from '@tacet/domain';
import type { ClientOrigin, Division, GrantType, IdentityStore, OauthClient, User } from '../oauth/identity.ts';
import { GrantsReader, writeGrants } from './grants-column.ts';
import { GuardedStatement } from './guarded-statement.ts';

interface ClientRow {
  readonly id: string;
  readonly name: string;
  readonly secret_hash: string | null;
  readonly grant_types: string;
  readonly state: string;
  readonly token_validity_seconds: number;
  readonly grants: string;
  readonly origin: string;
  readonly created_at: number;
}

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly grants: string;
  readonly created_at: number;
}

/** Nothing is cached: another process (the command line) may write to the same file at any time. */
export class IdentitySqlite implements IdentityStore {
  readonly #db: DatabaseSync;
  readonly #grants = new GrantsReader();
  readonly #statements: ReturnType<typeof prepare>;
  readonly #home: Division;

  /** Makes the home division when there is none. The tables must exist. */
  constructor(db: DatabaseSync, ids: IdSource) {
    this.#db = db;
    this.#statements = prepare(db);
    this.#statements.makeHome.run(ids.next<DivisionId>());
    const home = this.#statements.home.get() as { id: string; name: string } | undefined;
    needs(home !== undefined, 'there is a home division');
    this.#home = { id: home.id as DivisionId, name: home.name };
  }

  homeDivision(): Division {
    return this.#home;
  }

  client(id: ClientId): OauthClient | undefined {
    return this.#toClient(this.#statements.client.get(id));
  }

  clientOf(origin: 'admin' | 'commandLine'): OauthClient | undefined {
    return this.#toClient(this.#statements.clientOf.get(origin));
  }

  clients(): readonly OauthClient[] {
    return this.#statements.clients.all().flatMap((row) => this.#toClient(row) ?? []);
  }

  putClients(clients: readonly OauthClient[]): void {
    this.#together(() => {
      for (const client of clients) {
        const { id, name, grantTypes, state, tokenValiditySeconds, grants, origin, createdAt } = client;
        const secretHash = client.secretHash ?? null;
        const lists = [JSON.stringify(grantTypes), writeGrants(grants)] as const;
        const run = this.#statements.putClient;
        run.run(id, name, secretHash, lists[0], state, tokenValiditySeconds, lists[1], origin, createdAt);
      }
    });
  }

  user(id: UserId): User | undefined {
    return this.#toUser(this.#statements.user.get(id));
  }

  users(): readonly User[] {
    return this.#statements.users.all().flatMap((row) => this.#toUser(row) ?? []);
  }

  addUser(user: User): void {
    this.#together(() => {
      this.#statements.addUser.run(user.id, user.name, user.email, writeGrants(user.grants), user.createdAt);
      for (const address of user.sipAddresses) {
        if (this.#statements.userAt.get(address) !== undefined) {
          throw new Fault('valueInvalid', { field: 'sipAddresses', value: address });
        }
        this.#statements.addAddress.run(address, user.id);
      }
    });
  }

  userBySipKey(key: string): UserId | undefined {
    const row = this.#statements.userAt.get(key) as { user_id: string } | undefined;
    return row?.user_id as UserId | undefined;
  }

  #toClient(found: unknown): OauthClient | undefined {
    if (found === undefined) return undefined;
    const row = found as ClientRow;
    return {
      id: row.id as ClientId,
      name: row.name,
      ...(row.secret_hash === null ? {} : { secretHash: row.secret_hash }),
      grantTypes: JSON.parse(row.grant_types) as GrantType[],
      state: row.state === 'active' ? 'active' : 'disabled',
      tokenValiditySeconds: row.token_validity_seconds,
      grants: this.#grants.read(row.grants),
      origin: row.origin as ClientOrigin,
      createdAt: row.created_at as Instant,
    };
  }

  #toUser(found: unknown): User | undefined {
    if (found === undefined) return undefined;
    const row = found as UserRow;
    const addresses = this.#statements.addressesOf.all(row.id) as unknown as readonly { address: string }[];
    return {
      id: row.id as UserId,
      name: row.name,
      email: row.email,
      sipAddresses: addresses.map(({ address }) => address),
      grants: this.#grants.read(row.grants),
      createdAt: row.created_at as Instant,
    };
  }

  /** All of it or nothing; a savepoint, because the connection may be inside somebody's transaction already. */
  #together(change: () => void): void {
    this.#db.exec('SAVEPOINT identity');
    try {
      change();
      this.#db.exec('RELEASE identity');
    } catch (error) {
      this.#db.exec('ROLLBACK TO identity; RELEASE identity');
      throw error;
    }
  }
}

const clientColumns = 'id, name, secret_hash, grant_types, state, token_validity_seconds, grants, origin, created_at';

function prepare(db: DatabaseSync) {
  const statement = (sql: string): GuardedStatement => new GuardedStatement(db, sql);
  return {
    makeHome: statement(`INSERT INTO divisions (id, name, is_home) VALUES (?, 'Home', 1) ON CONFLICT DO NOTHING`),
    home: statement('SELECT id, name FROM divisions WHERE is_home = 1'),
    client: statement(`SELECT ${clientColumns} FROM oauth_clients WHERE id = ?`),
    clientOf: statement(`SELECT ${clientColumns} FROM oauth_clients WHERE origin = ?`),
    clients: statement(`SELECT ${clientColumns} FROM oauth_clients ORDER BY created_at, id`),
    putClient: statement(`
      INSERT INTO oauth_clients (${clientColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, secret_hash = excluded.secret_hash, grant_types = excluded.grant_types,
        state = excluded.state, token_validity_seconds = excluded.token_validity_seconds,
        grants = excluded.grants, origin = excluded.origin`),
    user: statement('SELECT id, name, email, grants, created_at FROM users WHERE id = ?'),
    users: statement('SELECT id, name, email, grants, created_at FROM users ORDER BY created_at, id'),
    addUser: statement('INSERT INTO users (id, name, email, grants, created_at) VALUES (?, ?, ?, ?, ?)'),
    addAddress: statement('INSERT INTO user_sip_addresses (address, user_id) VALUES (?, ?)'),
    addressesOf: statement('SELECT address FROM user_sip_addresses WHERE user_id = ? ORDER BY address'),
    userAt: statement('SELECT user_id FROM user_sip_addresses WHERE address = ?'),
  };
}
