/** OAuth clients: added, changed and deleted. */
import { type ClientId, Fault } from '@tacet/domain';
import type { ClientChange, ClientSummary, NewClient } from '../control/identity.ts';
import { checkedName, checkedValidity } from './checked-values.ts';
import { type ClientWithSecret, checkedClient, checkKind, ownClient, summaryOf } from './client-values.ts';
import { applyGrants, differences } from './grant-changes.ts';
import type { OauthClient } from './identity.ts';
import { type Changer, eventBy, type IdentityContext } from './identity-context.ts';
import { demandAny, keepingAnAdmin } from './judge.ts';
import { hashSecret, makeSecret } from './secret-hash.ts';

export async function addClient(context: IdentityContext, by: Changer, wanted: NewClient): Promise<ClientWithSecret> {
  demandAny(by, ['oauth:client:add'], 'anywhere');
  const { identity, clock, ids } = context;
  const now = clock.now();
  // A secret that is shipped with a program or a page is none (RFC 8252 §8.5).
  const secret = wanted.kind === 'TOKEN' ? undefined : makeSecret();
  const client: OauthClient = {
    id: ids.next<ClientId>(),
    name: checkedName(wanted.name),
    description: '',
    kind: wanted.kind,
    redirectUris: [],
    scopes: [],
    state: 'active',
    tokenValiditySeconds: checkedValidity(wanted.tokenValiditySeconds),
    ...checkedClient(wanted),
    ...(secret !== undefined && { secretHash: await hashSecret(secret) }),
    origin: 'added',
    createdAt: now,
    ...(by !== 'commandLine' && { createdBy: by.actor.userId ?? by.actor.clientId }),
    modifiedAt: now,
  };
  const { roles = [] } = wanted;
  checkKind(client, roles.length > 0);
  return context.change((note) => {
    identity.putClients([client]);
    const facts = { kind: client.kind };
    note(eventBy(context, by, { action: 'clientCreated', clientId: client.id, name: client.name, facts }));
    applyGrants(context, by, { subject: { ...client, kind: 'client' }, add: roles, remove: [], note });
    return { client: summaryOf(client), ...(secret !== undefined && { secret }) };
  });
}

export function changeClient(context: IdentityContext, by: Changer, id: ClientId, change: ClientChange): ClientSummary {
  const checked = checkedClient(change);
  return context.change((note) => {
    const { identity, clock, tokens } = context;
    const before = ownClient(context, by, id, 'oauth:client:edit');
    const { secretHash, previousSecret, ...rest } = { ...before, ...checked, modifiedAt: clock.now() };
    const secrets = { ...(secretHash && { secretHash }), ...(previousSecret && { previousSecret }) };
    const client: OauthClient = { ...rest, ...(rest.kind === 'TOKEN' ? {} : secrets) };
    const held = identity.grants({ subjectId: id });
    const wanted = client.kind === 'CLIENT-CREDENTIALS' ? (change.roles ?? held) : [];
    checkKind(client, (change.roles ?? []).length > 0);
    const work = { subject: { ...client, kind: 'client' as const }, ...differences(held, wanted), note };
    keepingAnAdmin(identity, () => {
      identity.putClients([client]);
      applyGrants(context, by, work);
    });
    // Rule: a client that is disabled or made another kind loses its tokens for good
    const isEnded = client.state !== 'active' || client.kind !== before.kind;
    const count = isEnded ? tokens.removeAllOf({ clientId: id }) : 0;
    const facts = { change: wordFor(before, client), changed: Object.keys(checked).sort(), tokensRevokedCount: count };
    note(eventBy(context, by, { action: 'clientChanged', clientId: id, name: client.name, facts }));
    return summaryOf(client);
  });
}

export function removeClient(context: IdentityContext, by: Changer, id: ClientId): void {
  context.change((note) => {
    const { name, state, origin } = ownClient(context, by, id, 'oauth:client:delete');
    if (origin === 'admin') throw new Fault('builtInFixed', { entity: 'client', name });
    // Rule: only a client that was made inactive can be deleted
    if (state !== 'inactive') throw new Fault('clientActive');
    keepingAnAdmin(context.identity, () => context.identity.removeClient(id));
    note(eventBy(context, by, { action: 'clientDeleted', clientId: id, name, facts: {} }));
  });
}

function wordFor(before: OauthClient, client: OauthClient): string {
  if (before.state === client.state) return 'edited';
  return client.state === 'active' ? 'enabled' : client.state;
}
