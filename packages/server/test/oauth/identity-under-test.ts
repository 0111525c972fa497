/** Identity with a real database in a folder of its own, behind a real HTTP server. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ClientId } from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import { type AdminClient, type AdminSettings, prepareAdminClient } from '../../src/oauth/first-start.ts';
import type { OauthClient } from '../../src/oauth/identity.ts';
import { IdentityCommands } from '../../src/oauth/identity-commands.ts';
import type { IdentityEvent } from '../../src/oauth/identity-event.ts';
import { handlesPath, type OauthProvider, openProvider } from '../../src/oauth/provider.ts';
import { hashSecret, makeSecret } from '../../src/oauth/secret-hash.ts';
import { loadSigningKeys } from '../../src/oauth/signing-keys.ts';
import { Tokens } from '../../src/oauth/tokens.ts';
import { IdentitySqlite } from '../../src/store/identity-sqlite.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { TokensSqlite } from '../../src/store/tokens-sqlite.ts';

let runCount = 0;

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
  readonly commands: IdentityCommands;
  readonly #server: Server;

  private constructor(folder: string, clock: ManualClock, parts: { provider: OauthProvider } & Stores) {
    this.folder = folder;
    this.clock = clock;
    this.db = parts.db;
    this.identity = parts.identity;
    this.store = parts.store;
    this.provider = parts.provider;
    this.events = parts.events;
    this.defects = parts.defects;
    const shared = { identity: parts.identity, clock, ids: parts.ids, onEvent: parts.onEvent };
    this.tokens = new Tokens({ ...shared, tokens: parts.store, provider: parts.provider });
    this.commands = new IdentityCommands({ ...shared, tokens: this.tokens });
    this.#server = createServer((request, response) => {
      if (handlesPath(request.url ?? '')) this.provider.handle(request, response);
      else response.writeHead(404).end();
    });
  }

  /** Starts; in a new folder unless one is given, so that a restart can be tried. */
  static async start(given: { folder?: string; clock?: ManualClock } = {}): Promise<IdentityUnderTest> {
    const folder = given.folder ?? mkdtempSync(join(tmpdir(), 'tacet-identity-'));
    const clock = given.clock ?? new ManualClock();
    const stores = openStores(folder);
    const keys = await loadSigningKeys(join(folder, 'keys'));
    const { identity, store: tokens, onEvent, defects } = stores;
    const onDefect = (error: unknown): number => defects.push(error);
    const provider = openProvider({ issuer: 'http://tacet.test', identity, tokens, keys, clock, onEvent, onDefect });
    const made = new IdentityUnderTest(folder, clock, { ...stores, provider });
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
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
  async addClient(given: Partial<OauthClient> = {}): Promise<{ readonly id: ClientId; readonly secret: string }> {
    const secret = makeSecret();
    const client: OauthClient = {
      id: randomUUID() as ClientId,
      name: 'Billing',
      secretHash: await hashSecret(secret, { exponent: 4, blockSize: 8, parallel: 1 }),
      grantTypes: ['client_credentials'],
      state: 'active',
      tokenValiditySeconds: 86_400,
      grants: [{ role: 'recorder-integration', division: this.identity.homeDivision().id }],
      origin: 'added',
      createdAt: this.clock.now(),
      ...given,
    };
    this.identity.putClients([client]);
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

type Stores = ReturnType<typeof openStores>;

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
