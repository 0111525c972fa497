/** The doors to OAuth clients and scopes. */
import {
  type ClientId,
  type DivisionId,
  Fault,
  ownNameScope,
  type RoleId,
  scopeNames,
  toIso,
  uuidAs,
} from '@tacet/domain';
import type { ClientKind, ClientSummary, RoleInDivision } from '../control/identity.ts';
import { type Call, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  OAuthClient,
  OAuthClientEntityListing,
  type OAuthClientModel,
  OAuthClientRequest,
  OAuthScope,
  OAuthScopeListing,
} from './models/oauth-client.ts';
import { pageOf, pageParameters } from './page-of.ts';

const path = '/api/v2/oauth/clients';
const onePath = `${path}/{clientId}`;
const scopesPath = '/api/v2/oauth/scopes';

/** Clients may have ids that somebody chose. */
function clientIdOf({ path: { clientId = '' } }: Call): ClientId {
  return (uuidAs<ClientId>(clientId) ?? clientId) as ClientId;
}

interface RequestBody {
  readonly name: string;
  readonly description?: string;
  readonly authorizedGrantType: string;
  readonly accessTokenValiditySeconds?: number;
  readonly registeredRedirectUri?: readonly string[];
  readonly scope?: readonly string[];
  readonly roleIds?: readonly string[];
  readonly roleDivisions?: readonly { readonly roleId: string; readonly divisionId: string }[];
  readonly state?: 'active' | 'disabled' | 'inactive';
}

const offeredKinds: readonly ClientKind[] = ['CODE', 'TOKEN', 'CLIENT-CREDENTIALS'];

function kindIn({ authorizedGrantType }: RequestBody): ClientKind {
  const kind = offeredKinds.find((one) => one === authorizedGrantType);
  if (kind === undefined) throw new Fault('valueInvalid', { field: 'authorizedGrantType', allowed: offeredKinds });
  return kind;
}

/** Roles named without a division (a form the contract calls deprecated) count in the home division. */
function rolesIn(
  { identity }: HttpContext,
  { roleIds, roleDivisions }: RequestBody,
): readonly RoleInDivision[] | undefined {
  if (roleIds === undefined && roleDivisions === undefined) return undefined;
  const home = identity.homeDivision().id;
  const pairs = [
    ...(roleDivisions ?? []),
    ...(roleDivisions === undefined ? (roleIds ?? []).map((roleId) => ({ roleId, divisionId: home })) : []),
  ];
  return pairs.map(({ roleId, divisionId }) => {
    const role = uuidAs<RoleId>(roleId);
    const division = divisionId === '*' ? '*' : uuidAs<DivisionId>(divisionId);
    const isKnown = division === '*' || (division !== undefined && identity.division(division) !== undefined);
    if (role === undefined || identity.role(role) === undefined || division === undefined || !isKnown) {
      throw new Fault('constraintBroken', {
        field: 'roleDivisions',
        problem: 'name a role or division that is not there',
      });
    }
    return { roleId: role, division };
  });
}

function wishOf(http: HttpContext, body: RequestBody) {
  const { name, description, accessTokenValiditySeconds, registeredRedirectUri, scope, state } = body;
  const roles = rolesIn(http, body);
  return {
    name,
    kind: kindIn(body),
    ...(description === undefined ? {} : { description }),
    ...(accessTokenValiditySeconds === undefined ? {} : { tokenValiditySeconds: accessTokenValiditySeconds }),
    ...(registeredRedirectUri === undefined ? {} : { redirectUris: registeredRedirectUri }),
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(state === undefined ? {} : { state }),
    ...(roles === undefined ? {} : { roles }),
  };
}

function clientModel({ identity }: HttpContext, client: ClientSummary, secret?: string): OAuthClientModel {
  const { id, name, description, kind, redirectUris, scopes, state, tokenValiditySeconds } = client;
  const { createdAt, modifiedAt, createdBy } = client;
  const creator = createdBy === undefined ? undefined : identity.subject(createdBy);
  const collection = creator?.kind === 'user' ? '/api/v2/users' : path;
  return {
    id,
    name,
    description,
    accessTokenValiditySeconds: tokenValiditySeconds,
    registeredRedirectUri: [...redirectUris],
    ...(secret === undefined ? {} : { secret }),
    dateCreated: toIso(createdAt),
    dateModified: toIso(modifiedAt),
    ...(creator === undefined ? {} : { createdBy: { id: creator.id, selfUri: `${collection}/${creator.id}` } }),
    authorizedGrantType: kind,
    scope: [...scopes],
    roleDivisions: identity.grants({ subjectId: id }).map(({ roleId, division }) => ({ roleId, divisionId: division })),
    state,
    selfUri: `${path}/${id}`,
  };
}

function readDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  const shared = { method: 'GET', access: ['oauth:client:view'] } as const;
  return [
    {
      ...shared,
      path,
      operation: 'getOauthClients',
      summary: 'OAuth clients, oldest first; their secrets are never shown again.',
      parameters: [...pageParameters],
      answers: { 200: OAuthClientEntityListing },
      answer: async (call) => ok(pageOf(call, identity.clients(), (client) => clientModel(http, client))),
    },
    {
      ...shared,
      path: onePath,
      operation: 'getOauthClient',
      summary: 'An OAuth client.',
      answers: { 200: OAuthClient },
      answer: async (call) => {
        const client = identity.client(clientIdOf(call));
        if (client === undefined) throw new Fault('resourceUnknown');
        return ok(clientModel(http, client));
      },
    },
  ];
}

function changeDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  const answers = { 200: OAuthClient };
  return [
    withBody({
      method: 'POST',
      path,
      operation: 'postOauthClients',
      summary: 'Adds an OAuth client; the answer has its secret, this once.',
      description: 'Nobody can give a client a role with permissions that they do not hold themselves.',
      access: ['oauth:client:add'],
      body: OAuthClientRequest,
      answers,
      answer: async (call) => {
        const { client, secret } = await identity.addClient(call, wishOf(http, call.body));
        return ok(clientModel(http, client, secret));
      },
    }),
    withBody({
      method: 'PUT',
      path: onePath,
      operation: 'putOauthClient',
      summary: 'Changes an OAuth client; what is left out stays.',
      access: ['oauth:client:edit'],
      body: OAuthClientRequest,
      answers,
      answer: async (call) => {
        const client = identity.changeClient(call, clientIdOf(call), wishOf(http, call.body));
        return ok(clientModel(http, client));
      },
    }),
    {
      method: 'POST',
      path: `${onePath}/secret`,
      operation: 'postOauthClientSecret',
      summary: 'Makes a new secret and shows it once; the old one counts for a while yet.',
      access: ['oauth:client:edit'],
      answers,
      answer: async (call) => {
        const { client, secret } = await identity.rotateSecret(call, clientIdOf(call));
        return ok(clientModel(http, client, secret));
      },
    },
    {
      method: 'DELETE',
      path: onePath,
      operation: 'deleteOauthClient',
      summary: 'Removes an OAuth client that was made inactive before.',
      access: ['oauth:client:delete'],
      answers: { 204: undefined },
      answer: async (call) => {
        identity.removeClient(call, clientIdOf(call));
        return { status: 204 };
      },
    },
  ];
}

const scopes: readonly { readonly id: string; readonly description: string; readonly selfUri: string }[] = [
  ...scopeNames.flatMap((name) => [
    { id: name, description: `Everything under ${name}.` },
    { id: `${name}:readonly`, description: `Reading under ${name}.` },
  ]),
  { id: ownNameScope, description: 'Who the user is.' },
].map((scope) => ({ ...scope, selfUri: `${scopesPath}/${scope.id}` }));

function scopeDoors(): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path: scopesPath,
      operation: 'getOauthScopes',
      summary: 'What the tokens of users can be limited to.',
      access: [],
      answers: { 200: OAuthScopeListing },
      answer: async () => ok({ entities: scopes, total: scopes.length, selfUri: scopesPath }),
    },
    {
      method: 'GET',
      path: `${scopesPath}/{scopeId}`,
      operation: 'getOauthScope',
      summary: 'One thing that the tokens of users can be limited to.',
      access: [],
      answers: { 200: OAuthScope },
      answer: async ({ path: { scopeId } }) => {
        const scope = scopes.find(({ id }) => id === scopeId);
        if (scope === undefined) throw new Fault('resourceUnknown');
        return ok(scope);
      },
    },
  ];
}

export function oauthClientDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...readDoors(http), ...changeDoors(http), ...scopeDoors()];
}
