/** What is given of a client, checked; and a client that whoever asks may change. */
import { type ClientId, Fault } from '@tacet/domain';
import type { ClientChange, ClientKind, ClientSummary } from '../control/identity.ts';
import {
  checkedDescription,
  checkedName,
  checkedRedirectUris,
  checkedScopes,
  checkedValidity,
} from './checked-values.ts';
import type { OauthClient } from './identity.ts';
import type { Changer, IdentityContext } from './identity-context.ts';
import { demandAny, demandOwn } from './judge.ts';

export interface ClientWithSecret {
  readonly client: ClientSummary;
  readonly secret?: string;
}

export function summaryOf({ secretHash: _hidden, previousSecret: _too, ...rest }: OauthClient): ClientSummary {
  return rest;
}

/**
 * A client that whoever asks may change.
 * @throws Fault permissionMissing, resourceUnknown, builtInFixed, or beyondOwnRights
 */
export function ownClient(
  { identity }: IdentityContext,
  by: Changer,
  id: ClientId,
  permission: 'oauth:client:edit' | 'oauth:client:delete',
): OauthClient {
  demandAny(by, [permission], 'anywhere');
  const client = identity.client(id);
  if (client === undefined) throw new Fault('resourceUnknown', { clientId: id });
  // Rule: the client behind tokens that were issued by hand cannot be changed
  if (client.origin === 'commandLine') throw new Fault('builtInFixed', { entity: 'client', name: client.name });
  // Rule: nobody changes a client that may do more than they may, nor learns its secret
  demandOwn(by, identity.rightsOf(id));
  return client;
}

export type CheckedClient = Partial<
  Pick<ClientSummary, 'name' | 'description' | 'kind' | 'redirectUris' | 'scopes' | 'state' | 'tokenValiditySeconds'>
>;

export function checkedClient(given: ClientChange): CheckedClient {
  const { name, description, kind, redirectUris, scopes, state, tokenValiditySeconds } = given;
  return {
    ...(name !== undefined && { name: checkedName(name) }),
    ...(description !== undefined && { description: checkedDescription(description) }),
    ...(kind !== undefined && { kind }),
    ...(redirectUris !== undefined && { redirectUris: checkedRedirectUris(redirectUris) }),
    ...(scopes !== undefined && { scopes: checkedScopes(scopes) }),
    ...(state !== undefined && { state }),
    ...(tokenValiditySeconds !== undefined && { tokenValiditySeconds: checkedValidity(tokenValiditySeconds) }),
  };
}

/** Contract: scopes are for clients that act for users, roles for those that act for themselves. */
export function checkKind(
  { kind, scopes }: { readonly kind: ClientKind; readonly scopes: readonly string[] },
  hasRoles: boolean,
): void {
  const isOwn = kind === 'CLIENT-CREDENTIALS';
  if (isOwn && scopes.length > 0)
    throw new Fault('constraintBroken', { field: 'scope', problem: 'must be empty for client credentials' });
  if (!isOwn && hasRoles)
    throw new Fault('constraintBroken', {
      field: 'roleDivisions',
      problem: 'must be empty but for client credentials',
    });
}
