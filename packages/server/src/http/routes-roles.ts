/** The doors to roles and to the permissions they are made of. */
import { Fault, type PermissionPolicy, permissions, type Role, type RoleId, uuidAs } from '@tacet/domain';
import type { RoleText } from '../control/identity.ts';
import { type Call, type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  DomainOrganizationRole,
  OrganizationRoleEntityListing,
  PermissionCollectionEntityListing,
  RoleCreateBody,
  RolePatchBody,
  RoleUpdateBody,
} from './models/authorization.ts';
import { idsParameter, listIn, nameFits, nameParameter, pageOf, pageParameters } from './page-of.ts';
import { type ChoiceParameter, choiceOf, textOf } from './query.ts';
import { roleModel } from './view-authorization.ts';

const path = '/api/v2/authorization/roles';
const onePath = `${path}/{roleId}`;
const countParameter: ChoiceParameter<'true' | 'false'> = {
  kind: 'choice',
  name: 'userCount',
  values: ['true', 'false'],
};

export function roleIdOf({ path: { roleId = '' } }: Call): RoleId {
  const id = uuidAs<RoleId>(roleId);
  if (id === undefined) throw new Fault('resourceUnknown');
  return id;
}

interface RoleBody {
  readonly name?: string;
  readonly description?: string;
  readonly permissions?: readonly string[];
  readonly permissionPolicies?: readonly {
    readonly domain: string;
    readonly entityName: string;
    readonly actionSet: readonly string[];
  }[];
}

/** A permission that stands alone as the policy it is. */
function policyOf(permission: string): PermissionPolicy {
  const [domain, entity, action] = permission.split(':');
  if (domain === undefined || entity === undefined || action === undefined) {
    throw new Fault('constraintBroken', { field: 'permissions', problem: 'are written domain:entity:action' });
  }
  return { domain, entity, actions: [action] };
}

function policiesIn({ permissions: whole, permissionPolicies }: RoleBody): readonly PermissionPolicy[] | undefined {
  if (permissionPolicies !== undefined) {
    return permissionPolicies.map(({ domain, entityName, actionSet }) => ({
      domain,
      entity: entityName,
      actions: actionSet,
    }));
  }
  return whole?.map(policyOf);
}

function wishOf(body: RoleBody): Partial<RoleText> {
  const { name, description } = body;
  const policies = policiesIn(body);
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(policies === undefined ? {} : { policies }),
  };
}

function userCountOf({ identity }: HttpContext, role: Role): number {
  const holders = new Set(identity.grants({ roleId: role.id }).map(({ subjectId }) => subjectId));
  return [...holders].filter((id) => identity.subject(id)?.kind === 'user').length;
}

function wantedRoles({ identity }: HttpContext, call: GuardedCall): readonly Role[] {
  const name = textOf(call.query, nameParameter);
  const ids = listIn(call, 'id');
  return identity.roles().filter((role) => (ids.length === 0 || ids.includes(role.id)) && nameFits(role.name, name));
}

function readDoors(http: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path,
      operation: 'getAuthorizationRoles',
      summary: 'Roles by name, built-in ones included.',
      access: ['authorization:role:view'],
      parameters: [...pageParameters, nameParameter, idsParameter, countParameter],
      answers: { 200: OrganizationRoleEntityListing },
      answer: async (call) => {
        const withCount = choiceOf(call.query, countParameter) !== 'false';
        return ok(
          pageOf(call, wantedRoles(http, call), (role) =>
            roleModel(role, withCount ? userCountOf(http, role) : undefined),
          ),
        );
      },
    },
    {
      method: 'GET',
      path: onePath,
      operation: 'getAuthorizationRole',
      summary: 'A role with what it allows.',
      access: ['authorization:role:view'],
      parameters: [countParameter],
      answers: { 200: DomainOrganizationRole },
      answer: async (call) => {
        const role = http.identity.role(roleIdOf(call));
        if (role === undefined) throw new Fault('resourceUnknown');
        return ok(roleModel(role, userCountOf(http, role)));
      },
    },
    {
      method: 'GET',
      path: '/api/v2/authorization/permissions',
      operation: 'getAuthorizationPermissions',
      summary: 'The permissions that this server asks for, by domain.',
      access: [],
      parameters: [...pageParameters],
      answers: { 200: PermissionCollectionEntityListing },
      answer: async (call) => ok(pageOf(call, permissionCollections, (collection) => collection)),
    },
  ];
}

interface PermissionCollection {
  readonly domain: string;
  readonly permissionMap: { readonly [entity: string]: readonly object[] };
}

function collectionOf(domain: string): PermissionCollection {
  const parts = permissions.map((one) => one.split(':')).filter(([own]) => own === domain);
  const entities = [...new Set(parts.map(([, entity = '']) => entity))];
  const models = (entity: string): readonly object[] =>
    parts
      .filter(([, own]) => own === entity)
      .map(([, , action = '']) => ({
        domain,
        entityType: entity,
        action,
        label: `${domain} > ${entity} > ${action}`,
        allowsConditions: false,
        divisionAware: domain === 'conversation' || domain === 'recording',
      }));
  return { domain, permissionMap: Object.fromEntries(entities.map((entity) => [entity, models(entity)])) };
}

const permissionCollections: readonly PermissionCollection[] = [
  ...new Set(permissions.map((one) => one.split(':')[0] ?? '')),
].map(collectionOf);

function changeDoors({ identity }: HttpContext): readonly GuardedDoor[] {
  const answers = { 200: DomainOrganizationRole };
  return [
    withBody({
      method: 'POST',
      path,
      operation: 'postAuthorizationRoles',
      summary: 'Adds a role.',
      description: 'Nobody can put a permission into a role that they do not hold themselves.',
      access: ['authorization:role:add'],
      body: RoleCreateBody,
      answers,
      answer: async (call) => {
        const wish = wishOf(call.body);
        return ok(roleModel(identity.addRole(call, { description: '', policies: [], ...wish, name: call.body.name })));
      },
    }),
    withBody({
      method: 'PUT',
      path: onePath,
      operation: 'putAuthorizationRole',
      summary: 'Sets name, description and policies of a role.',
      access: ['authorization:role:edit'],
      body: RoleUpdateBody,
      answers,
      answer: async (call) => ok(roleModel(identity.changeRole(call, roleIdOf(call), wishOf(call.body)))),
    }),
    withBody({
      method: 'PATCH',
      path: onePath,
      operation: 'patchAuthorizationRole',
      summary: 'Changes what is given of a role.',
      access: ['authorization:role:edit'],
      body: RolePatchBody,
      answers,
      answer: async (call) => ok(roleModel(identity.changeRole(call, roleIdOf(call), wishOf(call.body)))),
    }),
    {
      method: 'DELETE',
      path: onePath,
      operation: 'deleteAuthorizationRole',
      summary: 'Removes a role and every grant of it.',
      access: ['authorization:role:delete'],
      answers: { 204: undefined },
      answer: async (call) => {
        identity.removeRole(call, roleIdOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: `${path}/default`,
      operation: 'postAuthorizationRolesDefault',
      summary: 'The built-in roles; they cannot have been changed, so there is nothing to restore.',
      access: ['authorization:role:edit'],
      parameters: [...pageParameters],
      answers: { 200: OrganizationRoleEntityListing },
      answer: async (call) =>
        ok(
          pageOf(
            call,
            identity.roles().filter(({ builtIn }) => builtIn !== undefined),
            (role) => roleModel(role),
          ),
        ),
    },
  ];
}

export function roleDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...readDoors(http), ...changeDoors(http)];
}
