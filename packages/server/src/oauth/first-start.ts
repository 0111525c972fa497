/** The admin client: made at the first start, its secret replaced when the operator sets another one. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { builtInRoles, type ClientId, type Clock, Fault, type IdSource } from '@tacet/domain';
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
  const now = clock.now();
  const admin: OauthClient = {
    id,
    name: 'Admin',
    description: 'Made at the first start.',
    kind: 'CLIENT-CREDENTIALS',
    secretHash: await hashSecret(clientSecret),
    redirectUris: [],
    scopes: [],
    state: 'active',
    tokenValiditySeconds: identityLimits.tokenValiditySecondsDefault,
    origin: 'admin',
    createdAt: now,
    modifiedAt: now,
  };
  const grant = { subjectId: id, roleId: builtInRoles.admin.id, division: '*', grantedAt: now } as const;
  identity.together(() => {
    const retired = before && { ...before, state: 'disabled' as const, origin: 'added' as const, modifiedAt: now };
    identity.putClients(retired === undefined ? [admin] : [retired, admin]);
    identity.changeGrants({ add: [grant] });
    // Tokens from before must not come to mean something else: neither those of the old admin nor of this id.
    for (const clientId of [id, ...(before === undefined ? [] : [before.id])]) tokens.removeAllOf({ clientId });
  });
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
  const { previousSecret: _over, ...rest } = admin;
  identity.putClients([{ ...rest, secretHash: await hashSecret(secret), modifiedAt: clock.now() }]);
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

async function removeCredentials({ dataFolder }: FirstStartParts): Promise<string> {
  await forgetAdminFile(dataFolder);
  return join(dataFolder, fileName);
}

/** Removes what an earlier start generated and wrote down, once it is no longer true. */
export async function forgetAdminFile(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, fileName), { force: true });
}
