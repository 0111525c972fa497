/** Contract models of roles, divisions and grants from what identity holds. */
import { type Permission, type PermissionPolicy, permissionsOf, type Role, toIso } from '@tacet/domain';
import type { Division, SubjectGrant, SubjectId } from '../control/identity.ts';
import type { IdentityReads } from './identity-port.ts';
import type { AuthzDivisionModel, AuthzGrantModel, RoleModel } from './models/authorization.ts';

export function divisionModel({ id, name, description, isHome }: Division): AuthzDivisionModel {
  return { id, name, description, homeDivision: isHome, selfUri: `/api/v2/authorization/divisions/${id}` };
}

/** A grant that reaches every division stands in the contract under the division `*`. */
const everyDivision: AuthzDivisionModel = {
  id: '*',
  name: '*',
  description: 'Every division',
  homeDivision: false,
  selfUri: '/api/v2/authorization/divisions/*',
};

function policyModels(policies: readonly PermissionPolicy[]): RoleModel['permissionPolicies'] {
  return policies.map(({ domain, entity, actions }) => ({
    domain,
    entityName: entity,
    actionSet: [...actions],
    allowConditions: false,
  }));
}

/** @param userCount how many users hold the role, where that was asked for. */
export function roleModel(role: Role, userCount?: number): RoleModel {
  const { id, name, description, policies, builtIn } = role;
  return {
    id,
    name,
    description,
    permissions: [...permissionsOf(policies)],
    permissionPolicies: policyModels(policies),
    ...(userCount === undefined ? {} : { userCount }),
    ...(builtIn === undefined ? {} : { defaultRoleId: builtIn }),
    default: builtIn !== undefined,
    base: false,
    selfUri: `/api/v2/authorization/roles/${id}`,
  };
}

/** Grants whose role or division is gone give nothing, and are not shown. */
export function grantModels(identity: IdentityReads, grants: readonly SubjectGrant[]): readonly AuthzGrantModel[] {
  return grants.flatMap(({ subjectId, roleId, division: reach, grantedAt }) => {
    const role = identity.role(roleId);
    const found = reach === '*' ? undefined : identity.division(reach);
    const division = reach === '*' ? everyDivision : found && divisionModel(found);
    if (role === undefined || division === undefined) return [];
    const { id, name, description, selfUri } = roleModel(role);
    const policies = role.policies.map(({ domain, entity, actions }) => ({
      domain,
      entityName: entity,
      actions: [...actions],
    }));
    const shown = { id, name, description, policies, default: role.builtIn !== undefined, selfUri };
    return [{ subjectId, division, role: shown, grantMadeAt: toIso(grantedAt) }];
  });
}

export interface UserAuthorizationModel {
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly permissions: readonly Permission[];
  readonly permissionPolicies: readonly {
    readonly domain: string;
    readonly entityName: string;
    readonly actionSet: readonly string[];
  }[];
}

/** Contract model `UserAuthorization`: all that a subject may do somewhere. */
export function userAuthorization(identity: IdentityReads, subject: SubjectId): UserAuthorizationModel {
  const ids = new Set(identity.grants({ subjectId: subject }).map(({ roleId }) => roleId));
  const roles = [...ids].flatMap((id) => identity.role(id) ?? []);
  const policies = roles.flatMap((role) => role.policies);
  return {
    roles: roles.map(({ id, name }) => ({ id, name })),
    permissions: [...permissionsOf(policies)],
    permissionPolicies: policies.map(({ domain, entity, actions }) => ({
      domain,
      entityName: entity,
      actionSet: [...actions],
    })),
  };
}
