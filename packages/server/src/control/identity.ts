/** Who there is: users, clients, roles, divisions and who holds what where; as every edge may see it. */
import type { ClientId, DivisionId, Grant, Instant, PermissionPolicy, RoleId, UserId } from '@tacet/domain';

/** How a client may come by a token (RFC 6749 §1.3), as the contract's `authorizedGrantType` groups them. */
export const clientKinds = ['CLIENT-CREDENTIALS', 'CODE', 'TOKEN'] as const;
export type ClientKind = (typeof clientKinds)[number];

/**
 * Where a client comes from. There is at most one `admin` client (made at first start) and at most one `commandLine`
 * client (which cannot authenticate and stands behind tokens that were issued by hand).
 */
export type ClientOrigin = 'admin' | 'commandLine' | 'added';

export const clientStates = ['active', 'disabled', 'inactive'] as const;
export type ClientState = (typeof clientStates)[number];

/** A program that may ask for tokens (contract: `OAuthClient`), without anything secret. */
export interface ClientSummary {
  readonly id: ClientId;
  readonly name: string;
  readonly description: string;
  readonly kind: ClientKind;
  /** Where sign-ins may lead back to; compared whole (RFC 9700 §2.1). */
  readonly redirectUris: readonly string[];
  /** What tokens of users are limited to (contract: scopes); empty for no limit. */
  readonly scopes: readonly string[];
  /** A client that is not active gets no token, and those it has are refused from the same moment. */
  readonly state: ClientState;
  /** How long its tokens live, in seconds. */
  readonly tokenValiditySeconds: number;
  readonly origin: ClientOrigin;
  readonly createdAt: Instant;
  readonly createdBy?: UserId | ClientId;
  readonly modifiedAt: Instant;
}

export const userStates = ['active', 'inactive', 'deleted'] as const;
export type UserState = (typeof userStates)[number];

/** A person who takes part in conversations. */
export interface User {
  readonly id: UserId;
  readonly name: string;
  /** Belongs to one user at most, in any case; the name under which one signs in. */
  readonly email: string;
  readonly divisionId: DivisionId;
  /** Nobody signs in as an inactive or deleted user, and the tokens they have are refused. */
  readonly state: UserState;
  readonly title?: string;
  readonly department?: string;
  /** Addresses of record in the form that `sipAddressKey` gives; each belongs to one user at most. */
  readonly sipAddresses: readonly string[];
  /** Contract: counts changes, so that two that overlap are noticed. From 1. */
  readonly version: number;
  readonly createdAt: Instant;
}

export interface Division {
  readonly id: DivisionId;
  readonly name: string;
  readonly description: string;
  /** The division that everything belongs to unless it says otherwise. */
  readonly isHome: boolean;
}

/** A user or a client, as one that grants are given to. */
export type SubjectId = UserId | ClientId;

export interface SubjectGrant extends Grant {
  readonly subjectId: SubjectId;
}

/** What grants are looked for by; all that is given must hold. */
export interface GrantQuery {
  readonly subjectId?: SubjectId;
  readonly roleId?: RoleId;
  readonly division?: DivisionId | '*';
}

/** A role that somebody is to hold, or to hold no longer, in a division. */
export interface RoleInDivision {
  readonly roleId: RoleId;
  readonly division: DivisionId | '*';
}

export interface NewClient {
  readonly name: string;
  readonly kind: ClientKind;
  readonly description?: string;
  /** 300 to 172,800; a day when omitted. */
  readonly tokenValiditySeconds?: number;
  readonly redirectUris?: readonly string[];
  readonly scopes?: readonly string[];
  readonly state?: ClientState;
  /** For client credentials only: tokens of the other kinds carry the rights of their user. */
  readonly roles?: readonly RoleInDivision[];
}

/** What is to be different about a client; what is left out stays, and `roles` replaces all it held. */
export type ClientChange = Partial<NewClient>;

export interface NewUser {
  readonly name: string;
  readonly email: string;
  /** The home division when omitted. */
  readonly divisionId?: DivisionId;
  /** Without one the user cannot sign in here. */
  readonly password?: string;
  readonly state?: 'active' | 'inactive';
  readonly title?: string;
  readonly department?: string;
  /** Addresses of record, in any spelling. */
  readonly sipAddresses?: readonly string[];
  readonly roles?: readonly RoleInDivision[];
}

/** What is to be different about a user; what is left out stays, and an empty title or department is removed. */
export interface UserChange extends Partial<Omit<NewUser, 'password' | 'roles'>> {
  /** The version that was read before the change; another one by now means that somebody else was faster. */
  readonly version?: number;
}

export interface RoleText {
  readonly name: string;
  readonly description: string;
  readonly policies: readonly PermissionPolicy[];
}

export interface DivisionText {
  readonly name: string;
  readonly description: string;
}
