/** Identity in SQLite: divisions, roles, grants, clients, users and what they prove themselves with. */
import type { DatabaseSync } from 'node:sqlite';
import type { ClientId, DivisionId, IdSource, Right, Role, RoleId, UserId } from '@tacet/domain';
import type { Division, GrantQuery, SubjectGrant, SubjectId, User } from '../control/identity.ts';
import type { Credentials, IdentityStore, OauthClient } from '../oauth/identity.ts';
import { ClientTable } from './client-table.ts';
import { CredentialTable } from './credential-table.ts';
import { DivisionTable } from './division-table.ts';
import { GrantTable } from './grant-table.ts';
import { GuardedStatement } from './guarded-statement.ts';
import { RoleTable } from './role-table.ts';
import { together } from './together.ts';
import { UserTable } from './user-table.ts';

/** Nothing is cached: another process (the command line) may write to the same file at any time. */
export class IdentitySqlite implements IdentityStore {
  readonly #db: DatabaseSync;
  readonly #divisions: DivisionTable;
  readonly #roles: RoleTable;
  readonly #grants: GrantTable;
  readonly #clients: ClientTable;
  readonly #users: UserTable;
  readonly #credentials: CredentialTable;
  readonly #removeTokensOf: GuardedStatement;

  /** Makes the home division when there is none. The tables must exist. */
  constructor(db: DatabaseSync, ids: IdSource) {
    this.#db = db;
    this.#divisions = new DivisionTable(db, ids);
    this.#roles = new RoleTable(db);
    this.#grants = new GrantTable(db);
    this.#clients = new ClientTable(db);
    this.#users = new UserTable(db);
    this.#credentials = new CredentialTable(db);
    this.#removeTokensOf = new GuardedStatement(db, 'DELETE FROM oauth_tokens WHERE client_id = ?');
  }

  together<T>(change: () => T): T {
    return together(this.#db, change);
  }

  homeDivision(): Division {
    return this.#divisions.home();
  }

  division(id: DivisionId): Division | undefined {
    return this.#divisions.get(id);
  }

  divisions(): readonly Division[] {
    return this.#divisions.all();
  }

  putDivision(division: Division): void {
    this.#divisions.put(division);
  }

  removeDivision(id: DivisionId): void {
    this.together(() => {
      this.#grants.removeIn(id);
      this.#divisions.remove(id);
    });
  }

  role(id: RoleId): Role | undefined {
    return this.#roles.get(id);
  }

  roles(): readonly Role[] {
    return this.#roles.all();
  }

  putRole(role: Role): void {
    this.#roles.put(role);
  }

  removeRole(id: RoleId): void {
    this.together(() => {
      this.#grants.removeOfRole(id);
      this.#roles.remove(id);
    });
  }

  grants(query: GrantQuery): readonly SubjectGrant[] {
    return this.#grants.find(query);
  }

  rightsOf(subject: SubjectId): readonly Right[] {
    return this.#grants.rightsOf(subject);
  }

  changeGrants({ add = [], remove = [] }: Parameters<IdentityStore['changeGrants']>[0]): void {
    this.together(() => {
      for (const grant of remove) this.#grants.remove(grant);
      for (const grant of add) this.#grants.add(grant);
    });
  }

  client(id: ClientId): OauthClient | undefined {
    return this.#clients.get(id);
  }

  clientOf(origin: 'admin' | 'commandLine'): OauthClient | undefined {
    return this.#clients.of(origin);
  }

  clients(): readonly OauthClient[] {
    return this.#clients.all();
  }

  putClients(clients: readonly OauthClient[]): void {
    this.together(() => {
      for (const client of clients) this.#clients.put(client);
    });
  }

  removeClient(id: ClientId): void {
    this.together(() => {
      this.#grants.removeOf(id);
      this.#removeTokensOf.run(id);
      this.#clients.remove(id);
    });
  }

  user(id: UserId): User | undefined {
    return this.#users.get(id);
  }

  users(): readonly User[] {
    return this.#users.all();
  }

  putUser(user: User): void {
    this.together(() => this.#users.put(user));
  }

  userByEmail(email: string): User | undefined {
    return this.#users.byEmail(email);
  }

  userBySipKey(key: string): UserId | undefined {
    return this.#users.bySipKey(key);
  }

  userByOutside(issuer: string, subject: string): User | undefined {
    return this.#users.byOutside(issuer, subject);
  }

  credentials(id: UserId): Credentials {
    return this.#credentials.get(id);
  }

  putCredentials(id: UserId, credentials: Credentials): void {
    this.#credentials.put(id, credentials);
  }
}
