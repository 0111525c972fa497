/** Identity put together: clients, users, tokens and the token endpoint over one database. */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  type Asked,
  type AuditDraft,
  type Clock,
  Defect,
  type IdSource,
  type KeyService,
  type MetadataStore,
  type RequestId,
} from '@tacet/domain';
import { forgetAdminFile } from './oauth/first-start.ts';
import type { IdentityStore } from './oauth/identity.ts';
import { IdentityCommands } from './oauth/identity-commands.ts';
import { IdentityDesk } from './oauth/identity-desk.ts';
import type { ChangeIdentity, IdentityEvent, OnIdentityEvent } from './oauth/identity-event.ts';
import { identityLimits } from './oauth/identity-limits.ts';
import { PasswordCheck } from './oauth/password-check.ts';
import { type OauthProvider, openProvider } from './oauth/provider.ts';
import { SecondFactor } from './oauth/second-factor.ts';
import { type SignInSettings, usualSignIn } from './oauth/sign-in/sign-in-settings.ts';
import { loadSigningKeys } from './oauth/signing-keys.ts';
import { TokenIdleness } from './oauth/token-idleness.ts';
import type { TokenStore } from './oauth/token-store.ts';
import { Tokens } from './oauth/tokens.ts';
import { randomIds } from './random-ids.ts';
import { steadyClock, takeEpoch } from './steady-clock.ts';
import { AuditTable } from './store/audit-table.ts';
import { IdentitySqlite } from './store/identity-sqlite.ts';
import { openDatabase, SqliteMetadataStore } from './store/index.ts';
import { TokenUsesSqlite } from './store/token-uses-sqlite.ts';
import { TokensSqlite } from './store/tokens-sqlite.ts';

export interface IdentityParts {
  readonly identity: IdentityStore;
  readonly tokenStore: TokenStore;
  readonly provider: OauthProvider;
  readonly tokens: Tokens;
  /** What the doors of the API ask for. */
  readonly desk: IdentityDesk;
  readonly commands: IdentityCommands;
  readonly passwords: PasswordCheck;
  readonly secondFactor: SecondFactor;
  readonly idleness: TokenIdleness;
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
  /** Seals the secrets of second factors. */
  readonly keys: KeyService;
  /** TACET_SECRET_OVERLAP_SECONDS; a day when omitted. */
  readonly secretOverlapSeconds?: number;
  /** What the operator decided about signing in. */
  readonly signIn?: SignInSettings;
  readonly onDefect: (error: unknown) => void;
}

/** Who did it: the caller of a door, whoever asked for a token of their own, or somebody at the machine itself. */
function askedFor({ by, clientId, userId, name, from, door }: IdentityEvent): Asked {
  if (by !== undefined) return by;
  const requestId = randomIds.next<RequestId>();
  if (from === '') return { clientId: 'system', name: 'command line', from, door: 'command line', requestId };
  const user = userId === undefined ? {} : { userId };
  return { clientId: clientId ?? 'unknown', ...user, name, from, door: door ?? 'POST /oauth/token', requestId };
}

/** An event of identity as an entry of the audit log; whom it is about, if not who asked, is among the facts. */
function auditOf(event: IdentityEvent): AuditDraft {
  const { action, result, at, clientId, userId, name, facts, by, from } = event;
  const isOwn = by === undefined && from !== '';
  const about = { ...(clientId && { clientId }), ...(userId && { userId }), ...(name && { name }) };
  return { at, action, result, by: askedFor(event), facts: isOwn ? facts : { ...about, ...facts } };
}

/** A change and its audit entries share one transaction: neither is ever there without the other (P9). */
function changesOf(identity: IdentityStore, audit: AuditTable): ChangeIdentity {
  return (work) =>
    identity.together(() => {
      const drafts: AuditDraft[] = [];
      const result = work((event) => {
        drafts.push(auditOf(event));
      });
      audit.append(drafts);
      return result;
    });
}

export interface DeskNeeds {
  readonly db: DatabaseSync;
  readonly identity: IdentityStore;
  readonly tokens: Pick<TokenStore, 'removeAllOf'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: IdSource;
  readonly passwords: PasswordCheck;
  readonly idleness?: TokenIdleness;
  readonly secretOverlapSeconds?: number;
  readonly forgetAdminFile?: () => Promise<void>;
}

/** What changes identity, with its audit entries in the database that it changes. */
export function makeDesk(given: DeskNeeds): IdentityDesk {
  const { db, clock, secretOverlapSeconds = identityLimits.secretOverlapSecondsDefault, ...rest } = given;
  const change = changesOf(given.identity, new AuditTable(db));
  const idleness = given.idleness ?? new TokenIdleness(new TokenUsesSqlite(db), clock);
  return new IdentityDesk({ ...rest, clock, change, idleness, secretOverlapSeconds });
}

export async function makeIdentity(given: IdentityNeeds): Promise<IdentityParts> {
  const { db, store, dataDir, issuer, clock, keys, onDefect } = given;
  const identity = new IdentitySqlite(db, randomIds);
  const tokenStore = new TokensSqlite(db);
  let written: Promise<unknown> = Promise.resolve();
  const onEvent = (event: IdentityEvent): void => {
    written = Promise.all([written, store.commit({ audit: [auditOf(event)] })]).catch(onDefect);
  };
  const passwords = new PasswordCheck({ identity, clock });
  const secondFactor = new SecondFactor({ identity, keys, clock });
  const signingKeys = await loadSigningKeys(join(dataDir, 'keys'));
  const idleness = new TokenIdleness(new TokenUsesSqlite(db), clock);
  const provider = openProvider({
    issuer,
    identity,
    tokens: tokenStore,
    keys: signingKeys,
    passwords,
    secondFactor,
    settings: given.signIn ?? usualSignIn,
    clock,
    onEvent,
    areTokensIdling: () => idleness.timeoutMinutes() !== undefined,
    onDefect,
  });
  const tokens = new Tokens({ identity, tokens: tokenStore, provider, idleness, clock, ids: randomIds, onEvent });
  const desk = makeDesk({
    ...given,
    identity,
    tokens: tokenStore,
    ids: randomIds,
    passwords,
    idleness,
    forgetAdminFile: () => forgetAdminFile(dataDir),
  });
  const commands = new IdentityCommands(desk, tokens);
  const settled = async (): Promise<void> => {
    await written;
  };
  const own = { passwords, secondFactor, idleness };
  return { identity, tokenStore, provider, tokens, desk, commands, ...own, onEvent, settled };
}

/** The command line seals and unseals nothing: it takes second factors away, and cannot read them. */
const sealedShut: KeyService = {
  wrap: () => {
    throw new Defect('the command line seals nothing');
  },
  unwrap: () => {
    throw new Defect('the command line unseals nothing');
  },
};

/** Identity of a data folder, for the command line; a server may run beside it. */
export async function openIdentity(
  dataDir: string,
  secretOverlapSeconds?: number,
): Promise<{ readonly commands: IdentityCommands; readonly close: () => Promise<void> }> {
  const db = openDatabase(dataDir);
  const store = new SqliteMetadataStore(db);
  const failures: unknown[] = [];
  const onDefect = (error: unknown): void => void failures.push(error);
  const clock = steadyClock(takeEpoch());
  const issuer = 'http://localhost';
  const overlap = secretOverlapSeconds === undefined ? {} : { secretOverlapSeconds };
  const parts = await makeIdentity({ db, store, dataDir, issuer, clock, keys: sealedShut, ...overlap, onDefect });
  const close = async (): Promise<void> => {
    await parts.settled();
    await store[Symbol.asyncDispose]();
    db.close();
    if (failures.length > 0) throw failures[0];
  };
  return { commands: parts.commands, close };
}
