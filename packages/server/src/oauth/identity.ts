/** The port that keeps identity, and what of it no other edge may see: hashes of secrets and passwords. */
import type { ClientId, DivisionId, Instant, Right, Role, RoleId, UserId } from '@tacet/domain';
import type { ClientSummary, Division, GrantQuery, SubjectGrant, SubjectId, User } from '../control/identity.ts';

export type {
  ClientSummary,
  Division,
  GrantQuery,
  SubjectGrant,
  SubjectId,
  User,
} from '../control/identity.ts';

/** A program that may ask for tokens, with the hashes of its secrets. */
export interface OauthClient extends ClientSummary {
  /** Salted hash of the secret; absent when the client cannot authenticate. */
  readonly secretHash?: string;
  /** The secret before the last rotation, which counts beside the new one until an instant. */
  readonly previousSecret?: { readonly hash: string; readonly until: Instant };
}

/** How a user proves who they are. Read and written apart from the user, so that nothing of it slips into an answer. */
export interface Credentials {
  /** PHC string of argon2id; absent for users who sign in elsewhere. */
  readonly passwordHash?: string;
  /** Sealed TOTP secret (RFC 6238); absent until the user has set a second factor up. */
  readonly totp?: { readonly sealedSecret: Uint8Array; readonly confirmedAt: Instant; readonly lastStep: number };
  /** Hashes of one-time codes for when the second factor is lost. */
  readonly recoveryHashes: readonly string[];
  /** Who the user is at the outside identity provider, once they came from there. */
  readonly outside?: { readonly issuer: string; readonly subject: string };
  /** When the password was last set; older sign-ins do not count. */
  readonly passwordSetAt?: Instant;
}

/**
 * The port that keeps identity. What a call wrote is durable when the call returns, and counts for the next request at
 * once. Lists are oldest first, or by name where it says so.
 */
export interface IdentityStore {
  /** Everything that `change` writes is kept together or not at all, and nobody writes in between. Calls may nest. */
  together<T>(change: () => T): T;

  homeDivision(): Division;
  division(id: DivisionId): Division | undefined;
  /** All divisions by name. */
  divisions(): readonly Division[];
  /** @throws Fault valueTaken when another division has the name, in any case. */
  putDivision(division: Division): void;
  /** Removes a division with the grants in it. */
  removeDivision(id: DivisionId): void;

  /** Built-in roles included. */
  role(id: RoleId): Role | undefined;
  /** All roles by name. */
  roles(): readonly Role[];
  /** @throws Fault valueTaken when another role, built-in ones included, has the name, in any case. */
  putRole(role: Role): void;
  /** Removes a role with every grant of it. */
  removeRole(id: RoleId): void;

  grants(query: GrantQuery): readonly SubjectGrant[];
  /** What the grants of a subject give; a grant of a role that is not there gives nothing. */
  rightsOf(subject: SubjectId): readonly Right[];
  /** Adds and removes, all of it or nothing; what is there already, or not there, is no failure. */
  changeGrants(change: { readonly add?: readonly SubjectGrant[]; readonly remove?: readonly SubjectGrant[] }): void;

  client(id: ClientId): OauthClient | undefined;
  clientOf(origin: 'admin' | 'commandLine'): OauthClient | undefined;
  clients(): readonly OauthClient[];
  /** Adds or replaces, all of them or none. */
  putClients(clients: readonly OauthClient[]): void;
  /** Removes a client with its grants and tokens. */
  removeClient(id: ClientId): void;

  /** Deleted users too. */
  user(id: UserId): User | undefined;
  /** All users that are not deleted. */
  users(): readonly User[];
  /** @throws Fault valueTaken when the e-mail or one of the SIP addresses belongs to another user. */
  putUser(user: User): void;
  /** The user who is not deleted and has an e-mail address, in any case. */
  userByEmail(email: string): User | undefined;
  /** The user whose address of record has a key (see `sipAddressKey`). */
  userBySipKey(key: string): UserId | undefined;
  userByOutside(issuer: string, subject: string): User | undefined;
  credentials(id: UserId): Credentials;
  putCredentials(id: UserId, credentials: Credentials): void;
}
