/** Identity with a real database in a folder of its own, behind a real HTTP server. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { builtInRoles, type ClientId, type RoleName } from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import {
  type AdminClient,
  type AdminSettings,
  forgetAdminFile,
  prepareAdminClient,
} from '../../src/oauth/first-start.ts';
import type { OauthClient } from '../../src/oauth/identity.ts';
import { IdentityCommands } from '../../src/oauth/identity-commands.ts';
import { IdentityDesk } from '../../src/oauth/identity-desk.ts';
import type { IdentityEvent } from '../../src/oauth/identity-event.ts';
import { PasswordCheck } from '../../src/oauth/password-check.ts';
import { handlesPath, type OauthProvider, openProvider } from '../../src/oauth/provider.ts';
import { SecondFactor } from '../../src/oauth/second-factor.ts';
import { hashSecret, makeSecret } from '../../src/oauth/secret-hash.ts';
import { type SignInSettings, usualSignIn } from '../../src/oauth/sign-in/sign-in-settings.ts';
import { loadSigningKeys } from '../../src/oauth/signing-keys.ts';
import { TokenIdleness } from '../../src/oauth/token-idleness.ts';
import { Tokens } from '../../src/oauth/tokens.ts';
import { IdentitySqlite } from '../../src/store/identity-sqlite.ts';
import { FileKeyService } from '../../src/store/keys-file.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { TokenUsesSqlite } from '../../src/store/token-uses-sqlite.ts';
import { TokensSqlite } from '../../src/store/tokens-sqlite.ts';

let runCount = 0;
/** Next to nothing, for tests that hash often. */
const cheapArgon2 = { memoryKib: 8, passes: 1, lanes: 1 } as const;

export interface TokenReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [member: string]: unknown };
}

export class IdentityUnderTest implements AsyncDisposable {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly events: IdentityEvent[] = [];
  readonly defects: unknown[] = [];
  readonly db: DatabaseSync;
  readonly identity: IdentitySqlite;
  readonly store: TokensSqlite;
  readonly provider: OauthProvider;
  readonly tokens: Tokens;
  readonly desk: IdentityDesk;
  readonly commands: IdentityCommands;
  readonly passwords: PasswordCheck;
  readonly secondFactor: SecondFactor;
  readonly idleness: TokenIdleness;
  readonly #server: Server;

  private constructor(folder: string, clock: ManualClock, parts: Parts, elsewhere: RequestListener) {
    this.folder = folder;
    this.clock = clock;
    this.db = parts.db;
    this.identity = parts.identity;
    this.store = parts.store;
    this.provider = parts.provider;
    this.events = parts.events;
    this.defects = parts.defects;
    this.passwords = parts.passwords;
    this.secondFactor = parts.secondFactor;
    this.idleness = parts.idleness;
    const { identity, ids, onEvent, store, provider, idleness } = parts;
    this.tokens = new Tokens({ identity, clock, ids, onEvent, tokens: store, provider, idleness });
    this.desk = new IdentityDesk({
      identity,
      tokens: store,
      clock,
      ids,
      change: (work) => identity.together(() => work(onEvent)),
      passwords: this.passwords,
      idleness,
      secretOverlapSeconds: 3_600,
      forgetAdminFile: () => forgetAdminFile(folder),
    });
    this.commands = new IdentityCommands(this.desk, this.tokens);
    this.#server = createServer((request, response) => {
      if (handlesPath(request.url ?? '')) this.provider.handle(request, response);
      else elsewhere(request, response);
    });
  }

  /** Starts; in a new folder unless one is given, so that a restart can be tried. */
  static async start(given: Start = {}): Promise<IdentityUnderTest> {
    const folder = given.folder ?? mkdtempSync(join(tmpdir(), 'tacet-identity-'));
    const clock = given.clock ?? new ManualClock();
    const stores = openStores(folder);
    const keys = await loadSigningKeys(join(folder, 'keys'));
    const { identity, store: tokens, onEvent, defects, db } = stores;
    const passwords = new PasswordCheck({ identity, clock, cost: cheapArgon2 });
    const secondFactor = new SecondFactor({ identity, keys: new FileKeyService(folder, { mayCreate: true }), clock });
    const idleness = new TokenIdleness(new TokenUsesSqlite(db), clock);
    const provider = openProvider({
      issuer: given.signIn?.publicUrl ?? 'http://tacet.test',
      identity,
      tokens,
      keys,
      passwords,
      secondFactor,
      settings: { ...usualSignIn, ...given.signIn },
      clock,
      onEvent,
      areTokensIdling: () => idleness.timeoutMinutes() !== undefined,
      onDefect: (error: unknown) => defects.push(error),
    });
    const parts = { ...stores, provider, passwords, secondFactor, idleness };
    const made = new IdentityUnderTest(folder, clock, parts, given.elsewhere ?? notFound);
    await new Promise<void>((resolve) => made.#server.listen(given.port ?? 0, '127.0.0.1', resolve));
    return made;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  prepareAdmin(settings: AdminSettings = {}): Promise<AdminClient> {
    const { identity, store: tokens, folder: dataFolder, clock, events } = this;
    const ids = seededIds(1_000 + runCount);
    return prepareAdminClient(settings, { identity, tokens, dataFolder, clock, ids, onEvent: (e) => events.push(e) });
  }

  /** A client whose secret costs next to nothing to check, for tests that check many. */
  async addClient(
    given: Partial<OauthClient> = {},
    role: RoleName = 'recorder-integration',
  ): Promise<{ readonly id: ClientId; readonly secret: string }> {
    const secret = makeSecret();
    const now = this.clock.now();
    const client: OauthClient = {
      id: randomUUID() as ClientId,
      name: 'Billing',
      secretHash: await hashSecret(secret, { exponent: 4, blockSize: 8, parallel: 1 }),
      description: '',
      kind: 'CLIENT-CREDENTIALS',
      redirectUris: [],
      scopes: [],
      state: 'active',
      tokenValiditySeconds: 86_400,
      origin: 'added',
      createdAt: now,
      modifiedAt: now,
      ...given,
    };
    const { id: subjectId } = client;
    const division = this.identity.homeDivision().id;
    this.identity.putClients([client]);
    this.identity.changeGrants({ add: [{ subjectId, roleId: builtInRoles[role].id, division, grantedAt: now }] });
    return { id: client.id, secret };
  }

  /** Asks for a token the way the SDKs do. */
  async ask(id: string, secret: string, more: Record<string, string> = {}): Promise<TokenReply> {
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    return this.send({ headers: { authorization, ...more } });
  }

  async send(request: RequestInit, path = '/oauth/token'): Promise<TokenReply> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: 'POST',
      body: request.method === 'GET' ? null : 'grant_type=client_credentials',
      ...request,
      headers: { ...type, ...(request.headers as Record<string, string>) },
    });
    const body = (await response.json()) as TokenReply['body'];
    return { status: response.status, headers: response.headers, body };
  }

  /** Every byte below the data folder, by file name. */
  files(): ReadonlyMap<string, Buffer> {
    const names = readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return new Map(names.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]));
  }

  /** Stops without removing the folder. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    if (this.db.isOpen) this.db.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Start {
  readonly folder?: string;
  readonly clock?: ManualClock;
  readonly signIn?: Partial<SignInSettings>;
  readonly port?: number;
  /** Answers what does not belong to OAuth. */
  readonly elsewhere?: RequestListener;
}

type Stores = ReturnType<typeof openStores>;
type Parts = Stores & Pick<IdentityUnderTest, 'provider' | 'passwords' | 'secondFactor' | 'idleness'>;

const notFound: RequestListener = (_request, response) => {
  response.writeHead(404).end();
};

function openStores(folder: string) {
  runCount += 1;
  const ids = seededIds(runCount);
  const db = openDatabase(folder);
  const events: IdentityEvent[] = [];
  const defects: unknown[] = [];
  const onEvent = (event: IdentityEvent): void => {
    events.push(event);
  };
  return { db, ids, events, defects, onEvent, identity: new IdentitySqlite(db, ids), store: new TokensSqlite(db) };
}
