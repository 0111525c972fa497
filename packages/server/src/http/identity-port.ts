/** What the doors of users, clients, roles, divisions, grants and tokens need; the OAuth edge fulfils it. */
import type { Actor, ClientId, DivisionId, Right, Role, RoleId, UserId } from '@tacet/domain';
import type { Request } from '../control/authorise.ts';
import type {
  ClientChange,
  ClientSummary,
  Division,
  DivisionText,
  GrantQuery,
  NewClient,
  NewUser,
  RoleInDivision,
  RoleText,
  SubjectGrant,
  SubjectId,
  User,
  UserChange,
} from '../control/identity.ts';

/** Whose token an actor showed (contract: `TokenInfo`). */
export interface TokenFacts {
  readonly organization: { readonly id: string; readonly name: string };
  readonly client: ClientSummary;
  /** What the token is limited to; empty for no limit. */
  readonly scopes: readonly string[];
  /** Present for tokens with a user context. */
  readonly user?: User;
}

/** Reads; whoever asks was judged at the door. */
export interface IdentityReads {
  homeDivision(): Division;
  division(id: DivisionId): Division | undefined;
  /** By name. */
  divisions(): readonly Division[];
  /** Built-in ones included. */
  role(id: RoleId): Role | undefined;
  /** By name. */
  roles(): readonly Role[];
  grants(query: GrantQuery): readonly SubjectGrant[];
  rightsOf(subject: SubjectId): readonly Right[];
  /** A user who is not deleted, or a client. */
  subject(
    id: SubjectId,
  ): { readonly id: SubjectId; readonly name: string; readonly kind: 'user' | 'client' } | undefined;
  client(id: ClientId): ClientSummary | undefined;
  /** Oldest first. */
  clients(): readonly ClientSummary[];
  /** Deleted users too. */
  user(id: UserId): User | undefined;
  /** All that are not deleted, oldest first. */
  users(): readonly User[];
  tokenFacts(actor: Actor): TokenFacts;
  /** Minutes without use after which tokens of users end; `undefined` while they do not. */
  idleTimeoutMinutes(): number | undefined;
}

/** A secret is in an answer once, and nowhere else. */
export interface ClientWithSecret {
  readonly client: ClientSummary;
  /** Absent for clients that cannot keep one (contract kind TOKEN). */
  readonly secret?: string;
}

/**
 * Changes. Each judges the permission of who asks, in the division it is about, and is durable, audit entry included,
 * when it returns. All throw Fault permissionMissing or permissionsMissing, resourceUnknown for what is not there,
 * valueInvalid or constraintBroken for values, and beyondOwnRights where rights would be handed out that the caller
 * does not hold; what else they throw stands with them.
 */
export interface IdentityChanges {
  /** @throws Fault valueTaken for an e-mail or SIP address of somebody else. */
  addUser(by: Request, wanted: NewUser): Promise<User>;
  /** @throws Fault valueTaken, versionStale, lastAdminNeeded. */
  changeUser(by: Request, id: UserId, change: UserChange): User;
  /** Ends the user's tokens and sign-ins. @throws Fault lastAdminNeeded. */
  removeUser(by: Request, id: UserId): User;
  /** Sets somebody else's password and ends their tokens and sign-ins. */
  setPassword(by: Request, id: UserId, password: string): Promise<void>;
  /**
   * Sets the caller's own password and ends their tokens and sign-ins, this token among them. @throws Fault userNeeded,
   * constraintBroken naming oldPassword, rateExceeded.
   */
  setOwnPassword(by: Request, given: { readonly current: string; readonly wanted: string }): Promise<void>;
  resetSecondFactor(by: Request, id: UserId): void;
  /** Ends a user's tokens and sign-ins; returns how many there were. */
  revokeTokensOf(by: Request, id: UserId): number;

  /** 5 to 480 minutes; `undefined` switches it off. */
  setIdleTimeout(by: Request, minutes: number | undefined): void;

  addClient(by: Request, wanted: NewClient): Promise<ClientWithSecret>;
  /** @throws Fault lastAdminNeeded. */
  changeClient(by: Request, id: ClientId, change: ClientChange): ClientSummary;
  /** Makes a new secret; the old one counts for a while yet (TACET_SECRET_OVERLAP_SECONDS). */
  rotateSecret(by: Request, id: ClientId): Promise<ClientWithSecret>;
  /** @throws Fault clientActive unless its state is inactive; lastAdminNeeded. */
  removeClient(by: Request, id: ClientId): void;

  /** @throws Fault valueTaken. */
  addRole(by: Request, text: RoleText): Role;
  /** @throws Fault valueTaken, builtInFixed. */
  changeRole(by: Request, id: RoleId, change: Partial<RoleText>): Role;
  /** Removes it with its grants. @throws Fault builtInFixed. */
  removeRole(by: Request, id: RoleId): void;

  /** @throws Fault valueTaken. */
  addDivision(by: Request, text: DivisionText): Division;
  /** @throws Fault valueTaken. */
  changeDivision(by: Request, id: DivisionId, change: Partial<DivisionText>): Division;
  /** Removes it with the grants in it. @throws Fault builtInFixed for the home division, dependentsExist for users. */
  removeDivision(by: Request, id: DivisionId): void;
  /** Moves users into a division, all of them or none. */
  moveUsers(by: Request, id: DivisionId, users: readonly UserId[]): void;

  /** What is held already, or not held, is no failure. @throws Fault lastAdminNeeded. */
  changeGrants(
    by: Request,
    subject: SubjectId,
    change: { readonly add?: readonly RoleInDivision[]; readonly remove?: readonly RoleInDivision[] },
  ): void;
  /**
   * Makes these the only grants of a subject; who may add may remove as well where `isAddEnough` (contract
   * `putUserRoles`). @throws Fault lastAdminNeeded.
   */
  replaceGrants(
    by: Request,
    subject: SubjectId,
    wanted: { readonly grants: readonly RoleInDivision[]; readonly isAddEnough?: true },
  ): void;
}

export interface IdentityDesk extends IdentityReads, IdentityChanges {}
