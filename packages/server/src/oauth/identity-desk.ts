/** Identity as the doors of the API and the command line ask for it: reads, and changes that are judged. */
import type { Actor, ClientId, DivisionId, Right, Role, RoleId, UserId } from '@tacet/domain';
import { needs } from '@tacet/domain';
import type { Request } from '../control/authorise.ts';
import type {
  ClientChange,
  ClientSummary,
  Division,
  DivisionText,
  GrantQuery,
  NewClient,
  NewUser,
  RoleText,
  SubjectGrant,
  SubjectId,
  User,
  UserChange,
} from '../control/identity.ts';
import * as clients from './client-changes.ts';
import { rotateSecret } from './client-secrets.ts';
import { type ClientWithSecret, summaryOf } from './client-values.ts';
import * as divisions from './division-changes.ts';
import * as grants from './grant-changes.ts';
import type { Changer, IdentityContext } from './identity-context.ts';
import { setIdleTimeout } from './idle-timeout.ts';
import * as roles from './role-changes.ts';
import * as users from './user-changes.ts';
import * as credentials from './user-credentials.ts';

/** The one organisation of an installation, as the contract names it wherever it wants one. */
export interface TokenFacts {
  readonly organization: { readonly id: string; readonly name: string };
  readonly client: ClientSummary;
  readonly scopes: readonly string[];
  readonly user?: User;
}

/** Every change takes who asks for it first, and says what it judges where it is carried out. */
export class IdentityDesk {
  readonly #context: IdentityContext;

  constructor(context: IdentityContext) {
    this.#context = context;
  }

  homeDivision(): Division {
    return this.#context.identity.homeDivision();
  }

  division(id: DivisionId): Division | undefined {
    return this.#context.identity.division(id);
  }

  divisions(): readonly Division[] {
    return this.#context.identity.divisions();
  }

  role(id: RoleId): Role | undefined {
    return this.#context.identity.role(id);
  }

  roles(): readonly Role[] {
    return this.#context.identity.roles();
  }

  grants(query: GrantQuery): readonly SubjectGrant[] {
    return this.#context.identity.grants(query);
  }

  rightsOf(subject: SubjectId): readonly Right[] {
    return this.#context.identity.rightsOf(subject);
  }

  subject(id: SubjectId): grants.Subject | undefined {
    return grants.findSubject(this.#context.identity, id);
  }

  client(id: ClientId): ClientSummary | undefined {
    const client = this.#context.identity.client(id);
    return client && summaryOf(client);
  }

  clients(): readonly ClientSummary[] {
    return this.#context.identity.clients().map(summaryOf);
  }

  user(id: UserId): User | undefined {
    return this.#context.identity.user(id);
  }

  users(): readonly User[] {
    return this.#context.identity.users();
  }

  tokenFacts({ clientId, userId, scopes = [] }: Actor): TokenFacts {
    const client = this.client(clientId);
    needs(client !== undefined, 'a token that was let in has a client');
    const user = userId === undefined ? undefined : this.user(userId);
    const organization = { id: this.homeDivision().id, name: 'Tacet' };
    return { organization, client, scopes, ...(user && { user }) };
  }

  idleTimeoutMinutes(): number | undefined {
    return this.#context.idleness.timeoutMinutes();
  }

  setIdleTimeout(by: Changer, minutes: number | undefined): void {
    setIdleTimeout(this.#context, by, minutes);
  }

  addUser(by: Changer, wanted: NewUser): Promise<User> {
    return users.addUser(this.#context, by, wanted);
  }

  changeUser(by: Changer, id: UserId, change: UserChange): User {
    return users.changeUser(this.#context, by, id, change);
  }

  removeUser(by: Changer, id: UserId): User {
    return users.removeUser(this.#context, by, id);
  }

  setPassword(by: Changer, id: UserId, password: string): Promise<void> {
    return credentials.setPassword(this.#context, by, id, password);
  }

  setOwnPassword(by: Request, given: credentials.OwnPassword): Promise<void> {
    return credentials.setOwnPassword(this.#context, by, given);
  }

  resetSecondFactor(by: Changer, id: UserId): void {
    credentials.resetSecondFactor(this.#context, by, id);
  }

  revokeTokensOf(by: Changer, id: UserId): number {
    return credentials.revokeTokensOf(this.#context, by, id);
  }

  addClient(by: Changer, wanted: NewClient): Promise<ClientWithSecret> {
    return clients.addClient(this.#context, by, wanted);
  }

  changeClient(by: Changer, id: ClientId, change: ClientChange): ClientSummary {
    return clients.changeClient(this.#context, by, id, change);
  }

  /** @param overlapSeconds see TACET_SECRET_OVERLAP_SECONDS, which is taken when omitted. */
  rotateSecret(by: Changer, id: ClientId, overlapSeconds?: number): Promise<ClientWithSecret> {
    return rotateSecret(this.#context, by, id, overlapSeconds);
  }

  removeClient(by: Changer, id: ClientId): void {
    clients.removeClient(this.#context, by, id);
  }

  addRole(by: Changer, text: RoleText): Role {
    return roles.addRole(this.#context, by, text);
  }

  changeRole(by: Changer, id: RoleId, change: Partial<RoleText>): Role {
    return roles.changeRole(this.#context, by, id, change);
  }

  removeRole(by: Changer, id: RoleId): void {
    roles.removeRole(this.#context, by, id);
  }

  addDivision(by: Changer, text: DivisionText): Division {
    return divisions.addDivision(this.#context, by, text);
  }

  changeDivision(by: Changer, id: DivisionId, change: Partial<DivisionText>): Division {
    return divisions.changeDivision(this.#context, by, id, change);
  }

  removeDivision(by: Changer, id: DivisionId): void {
    divisions.removeDivision(this.#context, by, id);
  }

  moveUsers(by: Changer, id: DivisionId, moved: readonly UserId[]): void {
    divisions.moveUsers(this.#context, by, id, moved);
  }

  changeGrants(by: Changer, subject: SubjectId, change: grants.GrantChange): void {
    grants.changeGrants(this.#context, by, subject, change);
  }

  replaceGrants(by: Changer, subject: SubjectId, replacement: grants.GrantReplacement): void {
    grants.replaceGrants(this.#context, by, subject, replacement);
  }
}
