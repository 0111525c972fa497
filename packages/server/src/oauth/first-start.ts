/** The admin client: made at the first start, its secret replaced when the operator sets another one. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientId, type Clock, Fault, type IdSource } from '@tacet/domain';
import type { IdentityStore, OauthClient } from './identity.ts';
import type { OnIdentityEvent } from './identity-event.ts';
import { identityLimits } from './identity-limits.ts';
import { writePrivateFile } from './private-file.ts';
import { hashSecret, makeSecret, matchesHash } from './secret-hash.ts';
import type { TokenStore } from './token-store.ts';

export interface AdminSettings {
  /** 1 to 100 letters, digits and `-._~`. */
  readonly adminClientId?: string | undefined;
  /** 8 to 256 printable ASCII characters. */
  readonly adminClientSecret?: string | undefined;
}

export interface FirstStartParts {
  readonly identity: IdentityStore;
  readonly tokens: TokenStore;
  readonly dataFolder: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: IdSource;
  readonly onEvent: OnIdentityEvent;
}

export interface AdminClient {
  readonly clientId: ClientId;
  /** What this start did to it. */
  readonly change: 'made' | 'secretReplaced' | 'none';
  /** Present when it was generated at this start: to be shown once, and found in `file`. */
  readonly generated?: { readonly clientSecret: string; readonly file: string };
}

const fileName = 'admin-client.json';

/**
 * Sees to it that there is exactly one admin client and that it is the one of the settings, if they name one: an id that
 * differs makes a new client and disables the one before, a secret that differs replaces the old and revokes its tokens.
 * @throws Fault valueInvalid when a setting cannot be an id or a secret
 */
export async function prepareAdminClient(settings: AdminSettings, parts: FirstStartParts): Promise<AdminClient> {
  checkSettings(settings);
  const before = parts.identity.clientOf('admin');
  const id = (settings.adminClientId ?? before?.id ?? parts.ids.next<ClientId>()) as ClientId;
  if (before === undefined || before.id !== id) return makeAdmin(id, before, settings, parts);
  return refreshAdmin(before, settings, parts);
}

async function makeAdmin(
  id: ClientId,
  before: OauthClient | undefined,
  settings: AdminSettings,
  parts: FirstStartParts,
): Promise<AdminClient> {
  const { identity, tokens, clock, onEvent } = parts;
  const clientSecret = settings.adminClientSecret ?? makeSecret();
  const isGenerated = settings.adminClientSecret === undefined;
  // The file comes first: a crash in between leaves a useless file, not an admin whose secret nobody knows.
  const file = isGenerated ? await writeCredentials(id, clientSecret, parts) : await removeCredentials(parts);
  const admin: OauthClient = {
    id,
    name: 'Admin',
    secretHash: await hashSecret(clientSecret),
    grantTypes: ['client_credentials'],
    state: 'active',
    tokenValiditySeconds: identityLimits.tokenValiditySecondsDefault,
    grants: [{ role: 'admin', division: '*' }],
    origin: 'admin',
    createdAt: clock.now(),
  };
  identity.putClients(before === undefined ? [admin] : [{ ...before, state: 'disabled', origin: 'added' }, admin]);
  // Tokens from before must not come to mean something else: neither those of the old admin nor of this id.
  for (const clientId of [id, ...(before === undefined ? [] : [before.id])]) tokens.removeAllOf({ clientId });
  const from = '';
  if (before !== undefined) {
    const facts = { change: 'disabled' };
    onEvent({
      action: 'clientChanged',
      result: 'done',
      at: clock.now(),
      clientId: before.id,
      name: before.name,
      from,
      facts,
    });
  }
  const facts = { role: 'admin', division: '*' };
  onEvent({
    action: 'clientCreated',
    result: 'done',
    at: admin.createdAt,
    clientId: id,
    name: admin.name,
    from,
    facts,
  });
  return { clientId: id, change: 'made', ...(isGenerated ? { generated: { clientSecret, file } } : {}) };
}

async function refreshAdmin(admin: OauthClient, settings: AdminSettings, parts: FirstStartParts): Promise<AdminClient> {
  const clientId = admin.id;
  const secret = settings.adminClientSecret;
  if (secret === undefined) return { clientId, change: 'none' };
  if (admin.secretHash !== undefined && (await matchesHash(secret, admin.secretHash)))
    return { clientId, change: 'none' };
  const { identity, tokens, clock, onEvent } = parts;
  identity.putClients([{ ...admin, secretHash: await hashSecret(secret) }]);
  // Rule: Tokens of the admin client end when its secret is replaced.
  const count = tokens.removeAllOf({ clientId });
  await removeCredentials(parts);
  const facts = { change: 'secretReplaced', tokensRevokedCount: count };
  onEvent({ action: 'clientChanged', result: 'done', at: clock.now(), clientId, name: admin.name, from: '', facts });
  return { clientId, change: 'secretReplaced' };
}

function checkSettings({ adminClientId, adminClientSecret }: AdminSettings): void {
  if (adminClientId !== undefined && !/^[A-Za-z0-9._~-]{1,100}$/.test(adminClientId)) {
    throw new Fault('valueInvalid', { field: 'adminClientId' });
  }
  const { secretCharactersMin: min, secretCharactersMax: max } = identityLimits;
  if (adminClientSecret === undefined) return;
  const isLong = adminClientSecret.length >= min && adminClientSecret.length <= max;
  if (!isLong || !/^[\x21-\x7e]+$/.test(adminClientSecret)) {
    throw new Fault('valueInvalid', { field: 'adminClientSecret', min, max });
  }
}

async function writeCredentials(clientId: ClientId, clientSecret: string, parts: FirstStartParts): Promise<string> {
  const file = join(parts.dataFolder, fileName);
  await writePrivateFile(file, `${JSON.stringify({ clientId, clientSecret }, undefined, 2)}\n`);
  return file;
}

/** What an earlier start generated and wrote down is no longer true. */
async function removeCredentials(parts: FirstStartParts): Promise<string> {
  const file = join(parts.dataFolder, fileName);
  await rm(file, { force: true });
  return file;
}
