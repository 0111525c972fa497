/** Identity put together: clients, users, tokens and the token endpoint over one database. */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { AuditAction, AuditDraft, Clock, MetadataStore, RequestId } from '@tacet/domain';
import type { IdentityStore } from './oauth/identity.ts';
import { IdentityCommands } from './oauth/identity-commands.ts';
import type { IdentityEvent, OnIdentityEvent } from './oauth/identity-event.ts';
import { type OauthProvider, openProvider } from './oauth/provider.ts';
import { loadSigningKeys } from './oauth/signing-keys.ts';
import type { TokenStore } from './oauth/token-store.ts';
import { Tokens } from './oauth/tokens.ts';
import { randomIds } from './random-ids.ts';
import { steadyClock, takeEpoch } from './steady-clock.ts';
import { IdentitySqlite } from './store/identity-sqlite.ts';
import { openDatabase, SqliteMetadataStore } from './store/index.ts';
import { TokensSqlite } from './store/tokens-sqlite.ts';

export interface IdentityParts {
  readonly identity: IdentityStore;
  readonly tokenStore: TokenStore;
  readonly provider: OauthProvider;
  readonly tokens: Tokens;
  readonly commands: IdentityCommands;
  readonly onEvent: OnIdentityEvent;
  /** Resolves when every event so far is in the audit log. */
  readonly settled: () => Promise<void>;
}

export interface IdentityNeeds {
  readonly db: DatabaseSync;
  readonly store: MetadataStore;
  readonly dataDir: string;
  /** Public URL of the server, without path. */
  readonly issuer: string;
  readonly clock: Clock;
  readonly onDefect: (error: unknown) => void;
}

const auditActions: { readonly [action in IdentityEvent['action']]: AuditAction } = {
  clientCreated: 'clientCreated',
  clientChanged: 'clientChanged',
  userCreated: 'userCreated',
  tokenIssued: 'tokenIssued',
  tokenRevoked: 'tokenRevoked',
};

/** An event of identity as an entry of the audit log. */
function auditOf(event: IdentityEvent): AuditDraft {
  const { action, result, at, clientId, userId, name, from, facts } = event;
  const who = { clientId: clientId ?? ('system' as const), ...(userId === undefined ? {} : { userId }) };
  const requestId = randomIds.next<RequestId>();
  const by = { ...who, name, from, door: from === '' ? 'command line' : 'POST /oauth/token', requestId };
  return { at, action: auditActions[action], result, by, facts };
}

export async function makeIdentity(given: IdentityNeeds): Promise<IdentityParts> {
  const { db, store, dataDir, issuer, clock, onDefect } = given;
  const identity = new IdentitySqlite(db, randomIds);
  const tokenStore = new TokensSqlite(db);
  let written: Promise<unknown> = Promise.resolve();
  const onEvent = (event: IdentityEvent): void => {
    written = Promise.all([written, store.commit({ audit: [auditOf(event)] })]).catch(onDefect);
  };
  const keys = await loadSigningKeys(join(dataDir, 'keys'));
  const provider = openProvider({ issuer, identity, tokens: tokenStore, keys, clock, onEvent, onDefect });
  const tokens = new Tokens({ identity, tokens: tokenStore, provider, clock, ids: randomIds, onEvent });
  const commands = new IdentityCommands({ identity, tokens, clock, ids: randomIds, onEvent });
  const settled = async (): Promise<void> => {
    await written;
  };
  return { identity, tokenStore, provider, tokens, commands, onEvent, settled };
}

/** Identity of a data folder, for the command line; a server may run beside it. */
export async function openIdentity(
  dataDir: string,
): Promise<{ readonly commands: IdentityCommands; readonly close: () => Promise<void> }> {
  const db = openDatabase(dataDir);
  const store = new SqliteMetadataStore(db);
  const failures: unknown[] = [];
  const onDefect = (error: unknown): void => void failures.push(error);
  const clock = steadyClock(takeEpoch());
  const parts = await makeIdentity({ db, store, dataDir, issuer: 'http://localhost', clock, onDefect });
  const close = async (): Promise<void> => {
    await parts.settled();
    await store[Symbol.asyncDispose]();
    db.close();
    if (failures.length > 0) throw failures[0];
  };
  return { commands: parts.commands, close };
}
