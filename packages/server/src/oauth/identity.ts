/** Who there is: clients, users and the home division, and the port that keeps them. */
import type { ClientId, DivisionId, Grant, Instant, UserId } from '@tacet/domain';

/** Grants (RFC 6749 §1.3) a client may ask the token endpoint for. */
export type GrantType = 'client_credentials';

/**
 * Where a client comes from. There is at most one `admin` client (made at first start) and at most one `commandLine`
 * client (which cannot authenticate and stands behind tokens that were issued by hand).
 */
export type ClientOrigin = 'admin' | 'commandLine' | 'added';

/** A program that may ask for tokens (contract: `OAuthClient`). */
export interface OauthClient {
  readonly id: ClientId;
  readonly name: string;
  /** Salted scrypt hash of the secret; absent when the client cannot authenticate. */
  readonly secretHash?: string;
  readonly grantTypes: readonly GrantType[];
  /** A disabled client gets no token, and those it has are refused from the same moment. */
  readonly state: 'active' | 'disabled';
  /** How long its tokens live, in seconds. */
  readonly tokenValiditySeconds: number;
  /** What tokens without a user context may do. */
  readonly grants: readonly Grant[];
  readonly origin: ClientOrigin;
  readonly createdAt: Instant;
}

/** A person who takes part in conversations. */
export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  /** Addresses of record in the form that `sipAddressKey` gives; each belongs to one user at most. */
  readonly sipAddresses: readonly string[];
  readonly grants: readonly Grant[];
  readonly createdAt: Instant;
}

export interface Division {
  readonly id: DivisionId;
  readonly name: string;
}

/** The port that keeps clients and users. What a call wrote is durable when the call returns. */
export interface IdentityStore {
  /** The division that everything belongs to unless it says otherwise; made once, with the store. */
  homeDivision(): Division;
  client(id: ClientId): OauthClient | undefined;
  clientOf(origin: 'admin' | 'commandLine'): OauthClient | undefined;
  /** All clients, oldest first. */
  clients(): readonly OauthClient[];
  /** Adds or replaces, all of them or none. */
  putClients(clients: readonly OauthClient[]): void;
  user(id: UserId): User | undefined;
  /** All users, oldest first. */
  users(): readonly User[];
  /**
   * Adds a user.
   * @throws Fault valueInvalid when one of the addresses belongs to another user.
   */
  addUser(user: User): void;
  /** The user whose address of record has a key (see `sipAddressKey`). */
  userBySipKey(key: string): UserId | undefined;
}
