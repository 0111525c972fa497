/** Users with their SIP addresses in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import { type DivisionId, Fault, type Instant, type UserId } from '@tacet/domain';
import type { User, UserState } from '../control/identity.ts';
import { GuardedStatement } from './guarded-statement.ts';
import { nameKey } from './name-key.ts';
import { unlessTaken } from './taken.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly division_id: string;
  readonly state: string;
  readonly title: string | null;
  readonly department: string | null;
  readonly version: number;
  readonly created_at: number;
}

export class UserTable {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync) {
    this.#statements = prepare(db);
  }

  get(id: string): User | undefined {
    return this.#toUser(this.#statements.get.get(id));
  }

  byEmail(email: string): User | undefined {
    return this.#toUser(this.#statements.byEmail.get(nameKey(email)));
  }

  byOutside(issuer: string, subject: string): User | undefined {
    return this.#toUser(this.#statements.byOutside.get(issuer, subject));
  }

  bySipKey(key: string): UserId | undefined {
    const row = this.#statements.userAt.get(key) as { user_id: string } | undefined;
    return row?.user_id as UserId | undefined;
  }

  /** All that are not deleted, oldest first. */
  all(): readonly User[] {
    return this.#statements.all.all().flatMap((row) => this.#toUser(row) ?? []);
  }

  put(user: User): void {
    const { id, name, email, divisionId, state, version, createdAt } = user;
    const { title = null, department = null } = user;
    const key = nameKey(email);
    unlessTaken({ field: 'email', value: email, entity: 'user' }, () =>
      this.#statements.put.run(id, name, email, key, divisionId, state, title, department, version, createdAt),
    );
    this.#statements.removeAddresses.run(id);
    for (const address of user.sipAddresses) this.#addAddress(address, id);
  }

  #addAddress(address: string, id: UserId): void {
    if (this.#statements.userAt.get(address) !== undefined) {
      throw new Fault('valueTaken', { field: 'sipAddresses', value: address, entity: 'user' });
    }
    this.#statements.addAddress.run(address, id);
  }

  #toUser(found: unknown): User | undefined {
    if (found === undefined) return undefined;
    const row = found as Row;
    const addresses = this.#statements.addressesOf.all(row.id) as unknown as readonly { address: string }[];
    return {
      id: row.id as UserId,
      name: row.name,
      email: row.email,
      divisionId: row.division_id as DivisionId,
      state: row.state as UserState,
      ...(row.title === null ? {} : { title: row.title }),
      ...(row.department === null ? {} : { department: row.department }),
      sipAddresses: addresses.map(({ address }) => address),
      version: row.version,
      createdAt: row.created_at as Instant,
    };
  }
}

function prepare(db: DatabaseSync) {
  const statement = (sql: string): GuardedStatement => new GuardedStatement(db, sql);
  const names = 'u.id, u.name, u.email, u.division_id, u.state, u.title, u.department, u.version, u.created_at';
  const some = `SELECT ${names} FROM users u`;
  return {
    get: statement(`${some} WHERE u.id = ?`),
    byEmail: statement(`${some} WHERE u.email_key = ? AND u.state <> 'deleted'`),
    byOutside: statement(`
      ${some} JOIN user_credentials c ON c.user_id = u.id
      WHERE c.outside_issuer = ? AND c.outside_subject = ? AND u.state <> 'deleted'`),
    all: statement(`${some} WHERE u.state <> 'deleted' ORDER BY u.created_at, u.id`),
    put: statement(`
      INSERT INTO users (id, name, email, email_key, division_id, state, title, department, version, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, email = excluded.email, email_key = excluded.email_key,
        division_id = excluded.division_id, state = excluded.state, title = excluded.title,
        department = excluded.department, version = excluded.version`),
    addAddress: statement('INSERT INTO user_sip_addresses (address, user_id) VALUES (?, ?)'),
    addressesOf: statement('SELECT address FROM user_sip_addresses WHERE user_id = ? ORDER BY address'),
    removeAddresses: statement('DELETE FROM user_sip_addresses WHERE user_id = ?'),
    userAt: statement('SELECT user_id FROM user_sip_addresses WHERE address = ?'),
  };
}
