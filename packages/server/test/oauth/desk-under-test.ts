/** Identity and its changes over a database in memory, without the token endpoint. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type Actor,
  type Asked,
  after,
  type ClientId,
  type DivisionId,
  type RequestId,
  type RoleId,
  type UserId,
} from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import type { Request } from '../../src/control/index.ts';
import type { OauthClient, User } from '../../src/oauth/identity.ts';
import { IdentityDesk } from '../../src/oauth/identity-desk.ts';
import type { IdentityEvent } from '../../src/oauth/identity-event.ts';
import { PasswordCheck } from '../../src/oauth/password-check.ts';
import { TokenIdleness } from '../../src/oauth/token-idleness.ts';
import { tokenKey } from '../../src/oauth/token-store.ts';
import { IdentitySqlite } from '../../src/store/identity-sqlite.ts';
import { inMemory, openDatabase } from '../../src/store/open-database.ts';
import { TokenUsesSqlite } from '../../src/store/token-uses-sqlite.ts';
import { TokensSqlite } from '../../src/store/tokens-sqlite.ts';

/** Next to nothing, for tests that hash often. */
const cheapArgon2 = { memoryKib: 8, passes: 1, lanes: 1 } as const;

/** A policy in one word, e.g. `directory:user:edit`, or several actions with commas between. */
export type PolicyText = string;

let count = 0;

export class DeskUnderTest implements Disposable {
  readonly clock = new ManualClock();
  readonly ids = seededIds(77);
  readonly events: IdentityEvent[] = [];
  readonly db: DatabaseSync = openDatabase(inMemory);
  readonly identity = new IdentitySqlite(this.db, this.ids);
  readonly tokens = new TokensSqlite(this.db);
  readonly passwords = new PasswordCheck({ identity: this.identity, clock: this.clock, cost: cheapArgon2 });
  readonly idleness = new TokenIdleness(new TokenUsesSqlite(this.db), this.clock);
  readonly desk = new IdentityDesk({
    identity: this.identity,
    tokens: this.tokens,
    clock: this.clock,
    ids: this.ids,
    change: (work) =>
      this.identity.together(() => {
        const noted: IdentityEvent[] = [];
        const result = work((event) => noted.push(event));
        this.events.push(...noted);
        return result;
      }),
    passwords: this.passwords,
    idleness: this.idleness,
    secretOverlapSeconds: 3_600,
  });

  get home(): DivisionId {
    return this.desk.homeDivision().id;
  }

  /** What was noted last, of an action if one is named. */
  lastEvent(action?: IdentityEvent['action']): IdentityEvent | undefined {
    return this.events.findLast((event) => action === undefined || event.action === action);
  }

  /** A role that gives exactly these. */
  role(...policies: readonly PolicyText[]): RoleId {
    count += 1;
    const read = (text: string) => {
      const [domain = '', entity = '', actions = ''] = text.split(':');
      return { domain, entity, actions: actions.split(',') };
    };
    return this.desk.addRole('commandLine', { name: `Role ${count}`, description: '', policies: policies.map(read) })
      .id;
  }

  /** Somebody with a role in a division, who asks through the API. */
  asking(roleId: RoleId, division: DivisionId | '*' = '*'): Request {
    const clientId = this.ids.next<ClientId>();
    const now = this.clock.now();
    this.putClient({ id: clientId, name: 'Asking' });
    this.identity.changeGrants({ add: [{ subjectId: clientId, roleId, division, grantedAt: now }] });
    return this.as(clientId);
  }

  /** A client, or a user who came through it, as they ask through the API, with the rights that they have now. */
  as(clientId: ClientId, userId?: UserId): Request {
    const user = userId === undefined ? {} : { userId };
    const actor: Actor = { clientId, ...user, name: 'Asking', rights: this.identity.rightsOf(userId ?? clientId) };
    const requestId = this.ids.next<RequestId>();
    const asked: Asked = { clientId, name: 'Asking', from: '192.0.2.7', door: 'PUT /api/v2/something', requestId };
    return { actor, asked };
  }

  putClient(given: Partial<OauthClient> & Pick<OauthClient, 'id'>): OauthClient {
    const now = this.clock.now();
    const client: OauthClient = {
      name: 'Client',
      description: '',
      kind: 'CLIENT-CREDENTIALS',
      secretHash: 'scrypt:hash',
      redirectUris: [],
      scopes: [],
      state: 'active',
      tokenValiditySeconds: 300,
      origin: 'added',
      createdAt: now,
      modifiedAt: now,
      ...given,
    };
    this.identity.putClients([client]);
    return client;
  }

  addUser(given: Partial<User> & { readonly password?: string } = {}): Promise<User> {
    count += 1;
    const {
      name = 'Ann',
      email = `ann${count}@tacet.test`,
      divisionId = this.home,
      password,
      sipAddresses = [],
    } = given;
    const secret = password === undefined ? {} : { password };
    return this.desk.addUser('commandLine', { name, email, divisionId, sipAddresses, ...secret });
  }

  grant(subjectId: UserId | ClientId, roleId: RoleId, division: DivisionId | '*' = '*'): void {
    this.desk.changeGrants('commandLine', subjectId, { add: [{ roleId, division }] });
  }

  addDivision(): DivisionId {
    count += 1;
    return this.desk.addDivision('commandLine', { name: `Division ${count}`, description: '' }).id;
  }

  /** A token of a client, or of a user who came through it; says whether it still has a holder. */
  token(clientId: ClientId, userId?: UserId): () => boolean {
    const key = tokenKey(this.ids.next());
    const now = this.clock.now();
    const model = userId === undefined ? 'ClientCredentials' : 'AccessToken';
    const user = userId === undefined ? {} : { userId };
    this.tokens.put(key, { model, clientId, ...user, issuedAt: now, expiresAt: after(now, 1_000), payload: '{}' });
    return () => this.tokens.holder(key) !== undefined;
  }

  [Symbol.dispose](): void {
    this.db.close();
  }
}
