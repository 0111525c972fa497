/** What an operator does to clients, users, grants and divisions at the machine itself, in the words of a command line. */
import { type ClientId, type DivisionId, Fault, needs, type Role, type UserId } from '@tacet/domain';
import type {
  ClientSummary,
  Division,
  NewClient,
  NewUser,
  RoleInDivision,
  SubjectId,
  User,
} from '../control/identity.ts';
import type { ClientWithSecret } from './client-values.ts';
import type { IdentityDesk } from './identity-desk.ts';
import { identityLimits } from './identity-limits.ts';
import type { IssuedToken, Tokens } from './tokens.ts';

/** A role by its name or id, and a division by its name or id, or `'*'` for all; the home division when omitted. */
export interface NamedGrant {
  readonly role: string;
  readonly division?: string;
}

export type WantedClient = Omit<NewClient, 'roles' | 'kind'> &
  Partial<NamedGrant> & { readonly kind?: 'CLIENT-CREDENTIALS' | 'CODE' };
export type WantedUser = Omit<NewUser, 'roles'> & Partial<NamedGrant>;

/** Each method changes one thing, durably, and says what it is now. Nothing is printed here. */
export class IdentityCommands {
  readonly #desk: IdentityDesk;
  readonly #tokens: Pick<Tokens, 'issueForUser'>;

  constructor(desk: IdentityDesk, tokens: Pick<Tokens, 'issueForUser'>) {
    this.#desk = desk;
    this.#tokens = tokens;
  }

  /**
   * Adds a client, with client credentials unless it is to be of another kind. Its secret is given back this once.
   * @throws Fault valueInvalid or constraintBroken naming the field
   */
  async addClient(wanted: WantedClient): Promise<{ readonly client: ClientSummary; readonly secret: string }> {
    const { role, division, kind = 'CLIENT-CREDENTIALS', ...rest } = wanted;
    const roles = this.#wantedRoles(role, division, kind);
    const { client, secret } = await this.#desk.addClient('commandLine', { ...rest, kind, roles });
    needs(secret !== undefined, 'clients of these kinds have secrets');
    return { client, secret };
  }

  listClients(): readonly ClientSummary[] {
    return this.#desk.clients();
  }

  /**
   * Refuses a client from now on, and ends every token it has.
   * @throws Fault resourceUnknown
   */
  disableClient(id: ClientId): ClientSummary {
    return this.#desk.changeClient('commandLine', id, { state: 'disabled' });
  }

  /** @throws Fault resourceUnknown */
  enableClient(id: ClientId): ClientSummary {
    return this.#desk.changeClient('commandLine', id, { state: 'active' });
  }

  /** Deletes a client that is not active. @throws Fault resourceUnknown or clientActive */
  deleteClient(id: ClientId): void {
    // At the machine itself a disabled client counts as one that is out of use.
    if (this.#desk.client(id)?.state === 'disabled') this.#desk.changeClient('commandLine', id, { state: 'inactive' });
    this.#desk.removeClient('commandLine', id);
  }

  /** @throws Fault resourceUnknown */
  async rotateSecret(id: ClientId, overlapSeconds?: number): Promise<ClientWithSecret> {
    const { secretOverlapSecondsMax: max } = identityLimits;
    const isWrong = overlapSeconds !== undefined && !(Number.isInteger(overlapSeconds) && overlapSeconds >= 0);
    if (isWrong || (overlapSeconds ?? 0) > max) throw new Fault('valueInvalid', { field: 'overlap', max });
    return this.#desk.rotateSecret('commandLine', id, overlapSeconds);
  }

  /**
   * Adds a user.
   * @throws Fault constraintBroken or valueInvalid naming the field, valueTaken for an address of another user
   */
  async addUser({ role, division, ...rest }: WantedUser): Promise<User> {
    return this.#desk.addUser('commandLine', { ...rest, roles: this.#wantedRoles(role, division) });
  }

  listUsers(): readonly User[] {
    return this.#desk.users();
  }

  /** @throws Fault resourceUnknown */
  setUserState(id: UserId, state: 'active' | 'inactive'): User {
    return this.#desk.changeUser('commandLine', id, { state });
  }

  deleteUser(id: UserId): User {
    return this.#desk.removeUser('commandLine', id);
  }

  setPassword(id: UserId, password: string): Promise<void> {
    return this.#desk.setPassword('commandLine', id, password);
  }

  resetSecondFactor(id: UserId): void {
    this.#desk.resetSecondFactor('commandLine', id);
  }

  /** See `Tokens.issueForUser`; valid for a day unless told otherwise. */
  issueToken(userId: UserId, validitySeconds?: number): Promise<IssuedToken> {
    return this.#tokens.issueForUser(userId, validitySeconds ?? identityLimits.tokenValiditySecondsDefault);
  }

  listRoles(): readonly Role[] {
    return this.#desk.roles();
  }

  listDivisions(): readonly Division[] {
    return this.#desk.divisions();
  }

  addDivision(name: string, description = ''): Division {
    return this.#desk.addDivision('commandLine', { name, description });
  }

  addGrant(subject: SubjectId, grant: NamedGrant): void {
    this.#desk.changeGrants('commandLine', subject, { add: [this.#named(grant)] });
  }

  removeGrant(subject: SubjectId, grant: NamedGrant): void {
    this.#desk.changeGrants('commandLine', subject, { remove: [this.#named(grant)] });
  }

  /** Role and division of each grant by name, those of one subject or all. */
  listGrants(
    subjectId?: SubjectId,
  ): readonly { readonly subjectId: SubjectId; readonly role: string; readonly division: string }[] {
    return this.#desk.grants(subjectId === undefined ? {} : { subjectId }).map((grant) => ({
      subjectId: grant.subjectId,
      role: this.#desk.role(grant.roleId)?.name ?? grant.roleId,
      division: grant.division === '*' ? '*' : (this.#desk.division(grant.division)?.name ?? grant.division),
    }));
  }

  /** A client that acts for itself can do nothing without a role, so that leaving it out is a slip. */
  #wantedRoles(
    role: string | undefined,
    division: string | undefined,
    kind?: NewClient['kind'],
  ): readonly RoleInDivision[] {
    if (role === undefined && (kind ?? 'CODE') !== 'CLIENT-CREDENTIALS') return [];
    return [this.#named({ role: role ?? '', ...(division !== undefined && { division }) })];
  }

  #named({ role, division }: NamedGrant): RoleInDivision {
    const roles = this.#desk.roles();
    const found = roles.find(({ id, name }) => id === role || name.toLowerCase() === role.toLowerCase());
    if (found === undefined) throw new Fault('valueInvalid', { field: 'role', allowed: roles.map(({ name }) => name) });
    return { roleId: found.id, division: this.#divisionNamed(division) };
  }

  #divisionNamed(division: string | undefined): DivisionId | '*' {
    if (division === undefined) return this.#desk.homeDivision().id;
    if (division === '*') return '*';
    const all = this.#desk.divisions();
    const found = all.find(({ id, name }) => id === division || name.toLowerCase() === division.toLowerCase());
    if (found === undefined)
      throw new Fault('valueInvalid', { field: 'division', allowed: all.map(({ name }) => name) });
    return found.id;
  }
}
