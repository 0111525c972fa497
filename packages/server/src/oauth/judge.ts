/** Whether whoever changes identity may do so. */
import {
  beyondOwn,
  builtInRoles,
  type ClientId,
  type DivisionId,
  Fault,
  mayAnywhere,
  mayGrant,
  mayWithin,
  type Permission,
  permissionsOf,
  type Right,
  type Role,
  type UserId,
} from '@tacet/domain';
import type { IdentityStore } from './identity.ts';
import type { Changer } from './identity-context.ts';

/** Roles, clients and divisions belong to no division: whoever may change them anywhere may change them. */
export type Where = DivisionId | '*' | 'anywhere';

/** @throws Fault permissionMissing unless one of `permissions` is held there. */
export function demandAny(by: Changer, permissions: readonly Permission[], where: Where): void {
  if (by === 'commandLine' || permissions.some((permission) => holds(by, permission, where))) return;
  throw new Fault('permissionMissing', { permissions });
}

/** @throws Fault permissionsMissing unless all of `permissions` are held there. */
export function demandAll(by: Changer, permissions: readonly Permission[], where: Where): void {
  if (by === 'commandLine' || permissions.every((permission) => holds(by, permission, where))) return;
  throw new Fault('permissionsMissing', { permissions });
}

function holds(by: Exclude<Changer, 'commandLine'>, permission: Permission, where: Where): boolean {
  return where === 'anywhere' ? mayAnywhere(by.actor, permission) : mayWithin(by.actor, permission, where);
}

/**
 * Whoever can take over what holds `rights`, or hand them out, must hold them already.
 * @throws Fault beyondOwnRights naming what is beyond
 */
export function demandOwn(by: Changer, rights: readonly Right[]): void {
  if (by === 'commandLine') return;
  const permissions = beyondOwn(by.actor, rights);
  // Rule: nobody hands out or takes over permissions that they do not hold themselves
  if (permissions.length > 0) throw new Fault('beyondOwnRights', { permissions: permissions.slice(0, shownMax) });
}

/** @throws Fault beyondOwnRights when the role gives more in that division than whoever grants it holds. */
export function demandGrant(by: Changer, role: Role, division: DivisionId | '*'): void {
  if (by === 'commandLine' || mayGrant(by.actor, role, division)) return;
  demandOwn(by, [{ permissions: permissionsOf(role.policies), division }]);
}

/** An error that lists every permission there is helps nobody. */
const shownMax = 10;

/**
 * Makes a change after which somebody who is active must hold the admin role everywhere, if somebody did before. It
 * has to run inside `IdentityContext.change`, which takes everything back when this throws.
 * @throws Fault lastAdminNeeded
 */
export function keepingAnAdmin<T>(identity: IdentityStore, change: () => T): T {
  const hadAdmin = hasAdmin(identity);
  const result = change();
  // Rule: the last grant of the admin role cannot be removed
  if (hadAdmin && !hasAdmin(identity)) throw new Fault('lastAdminNeeded');
  return result;
}

function hasAdmin(identity: IdentityStore): boolean {
  return identity.grants({ roleId: builtInRoles.admin.id, division: '*' }).some(({ subjectId }) => {
    const user = identity.user(subjectId as UserId);
    const client = identity.client(subjectId as ClientId);
    return user?.state === 'active' || (client?.state === 'active' && client.secretHash !== undefined);
  });
}
