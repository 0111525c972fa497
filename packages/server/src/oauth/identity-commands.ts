/** What an operator does to clients, users and tokens from the command line. */
import {
  builtInRoles,
  type ClientId,
  type Clock,
  type DivisionId,
  Fault,
  type Grant,
  type IdSource,
  type UserId,
} from '@tacet/domain';
import type { IdentityStore, OauthClient, User } from './identity.ts';
import type { OnIdentityEvent } from './identity-event.ts';
import { identityLimits } from './identity-limits.ts';
import { hashSecret, makeSecret } from './secret-hash.ts';
import { sipAddressKey } from './sip-address.ts';
import type { IssuedToken, Tokens } from './tokens.ts';

export interface IdentityCommandsParts {
  readonly identity: IdentityStore;
  readonly tokens: Pick<Tokens, 'issueForUser' | 'revokeAllOf'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: IdSource;
  readonly onEvent: OnIdentityEvent;
}

export interface NewClient {
  readonly name: string;
  /** One of the built-in roles. */
  readonly role: string;
  /** Where the role counts: a division, or `'*'` for all; the home division when omitted. */
  readonly division?: DivisionId | '*';
  /** 300 to 172,800; a day when omitted. */
  readonly tokenValiditySeconds?: number;
}

export interface NewUser {
  readonly name: string;
  readonly email: string;
  /** Addresses of record, in any spelling. */
  readonly sipAddresses: readonly string[];
  readonly role: string;
  readonly division?: DivisionId | '*';
}

/** A client without anything secret. */
export type ClientSummary = Omit<OauthClient, 'secretHash'>;

/** Each method changes one thing, durably, and says what it is now. Nothing is printed here. */
export class IdentityCommands {
  readonly #parts: IdentityCommandsParts;

  constructor(parts: IdentityCommandsParts) {
    this.#parts = parts;
  }

  /**
   * Adds a client that may use client credentials. Its secret is given back this once.
   * @throws Fault valueInvalid naming the field
   */
  async addClient(wanted: NewClient): Promise<{ readonly client: ClientSummary; readonly secret: string }> {
    const { identity, clock, ids, onEvent } = this.#parts;
    const name = checkedName(wanted.name);
    const grant = this.#grant(wanted);
    const tokenValiditySeconds = checkedValidity(wanted.tokenValiditySeconds);
    const secret = makeSecret();
    const client: OauthClient = {
      id: ids.next<ClientId>(),
      name,
      secretHash: await hashSecret(secret),
      grantTypes: ['client_credentials'],
      state: 'active',
      tokenValiditySeconds,
      grants: [grant],
      origin: 'added',
      createdAt: clock.now(),
    };
    identity.putClients([client]);
    const facts = { role: grant.role, division: grant.division };
    onEvent({
      action: 'clientCreated',
      result: 'done',
      at: client.createdAt,
      clientId: client.id,
      name,
      from: '',
      facts,
    });
    return { client: summary(client), secret };
  }

  listClients(): readonly ClientSummary[] {
    return this.#parts.identity.clients().map(summary);
  }

  /**
   * Refuses a client from now on, and revokes every token it has.
   * @throws Fault resourceUnknown
   */
  async disableClient(id: ClientId): Promise<ClientSummary> {
    const client = this.#setState(id, 'disabled');
    await this.#parts.tokens.revokeAllOf({ clientId: id });
    return client;
  }

  /**
   * Lets a disabled client in again.
   * @throws Fault resourceUnknown
   */
  enableClient(id: ClientId): ClientSummary {
    return this.#setState(id, 'active');
  }

  /**
   * Adds a user.
   * @throws Fault valueInvalid naming the field, also for a SIP address that belongs to another user
   */
  addUser(wanted: NewUser): User {
    const { identity, clock, ids, onEvent } = this.#parts;
    const name = checkedName(wanted.name);
    const grant = this.#grant(wanted);
    const user: User = {
      id: ids.next<UserId>(),
      name,
      email: checkedEmail(wanted.email),
      sipAddresses: checkedAddresses(wanted.sipAddresses),
      grants: [grant],
      createdAt: clock.now(),
    };
    identity.addUser(user);
    const facts = { role: grant.role, division: grant.division };
    onEvent({ action: 'userCreated', result: 'done', at: user.createdAt, userId: user.id, name, from: '', facts });
    return user;
  }

  listUsers(): readonly User[] {
    return this.#parts.identity.users();
  }

  /** See `Tokens.issueForUser`; valid for a day unless told otherwise. */
  issueToken(userId: UserId, validitySeconds?: number): Promise<IssuedToken> {
    return this.#parts.tokens.issueForUser(userId, validitySeconds ?? identityLimits.tokenValiditySecondsDefault);
  }

  #grant({ role, division }: Pick<NewClient, 'role' | 'division'>): Grant {
    if (!isRole(role)) throw new Fault('valueInvalid', { field: 'role', allowed: Object.keys(builtInRoles) });
    const home = this.#parts.identity.homeDivision().id;
    // There is one division so far; a grant in another one would silently give nothing.
    if (division !== undefined && division !== '*' && division !== home) {
      throw new Fault('valueInvalid', { field: 'division' });
    }
    return { role, division: division ?? home };
  }

  #setState(id: ClientId, state: OauthClient['state']): ClientSummary {
    const { identity, clock, onEvent } = this.#parts;
    const before = identity.client(id);
    if (before === undefined) throw new Fault('resourceUnknown', { clientId: id });
    const client = { ...before, state };
    if (before.state === state) return summary(client);
    identity.putClients([client]);
    const facts = { change: state === 'active' ? 'enabled' : 'disabled' };
    const about = { clientId: id, name: client.name };
    onEvent({ action: 'clientChanged', result: 'done', at: clock.now(), ...about, from: '', facts });
    return summary(client);
  }
}

function summary({ secretHash: _hidden, ...rest }: OauthClient): ClientSummary {
  return rest;
}

function isRole(text: string): text is Grant['role'] {
  return Object.hasOwn(builtInRoles, text);
}

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > identityLimits.nameCharactersMax || /\p{Cc}/u.test(trimmed)) {
    throw new Fault('valueInvalid', { field: 'name' });
  }
  return trimmed;
}

function checkedEmail(email: string): string {
  if (email.length > identityLimits.nameCharactersMax || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new Fault('valueInvalid', { field: 'email' });
  }
  return email;
}

function checkedValidity(seconds: number | undefined): number {
  const { tokenValiditySecondsMin: min, tokenValiditySecondsMax: max } = identityLimits;
  if (seconds === undefined) return identityLimits.tokenValiditySecondsDefault;
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw new Fault('valueInvalid', { field: 'tokenValiditySeconds', min, max });
  }
  return seconds;
}

function checkedAddresses(addresses: readonly string[]): readonly string[] {
  if (addresses.length > identityLimits.sipAddressesPerUserMax) {
    throw new Fault('valueInvalid', { field: 'sipAddresses', max: identityLimits.sipAddressesPerUserMax });
  }
  const keys = addresses.map((address) => {
    const key = sipAddressKey(address);
    if (key === undefined) throw new Fault('valueInvalid', { field: 'sipAddresses', value: address });
    return key;
  });
  return [...new Set(keys)];
}
