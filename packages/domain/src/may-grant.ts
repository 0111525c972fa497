/** Who may hand rights to others: nobody more than they hold themselves. */
import type { DivisionId } from './ids.ts';
import { type Actor, may, permissionsOf, type Right, type Role } from './permission.ts';
import type { Permission } from './permissions.ts';

/** Whether `actor` holds `permission` in a division or, for `'*'`, in all there are and all that will be. */
export function mayWithin(actor: Actor, permission: Permission, division: DivisionId | '*'): boolean {
  if (division !== '*') return may(actor, permission, division);
  return actor.rights.some((right) => right.division === '*' && right.permissions.has(permission));
}

/** What of `rights` goes beyond what `actor` holds; empty for an actor who could do all of it already. */
export function beyondOwn(actor: Actor, rights: readonly Right[]): readonly Permission[] {
  const beyond = rights.flatMap(({ permissions, division }) =>
    [...permissions].filter((permission) => !mayWithin(actor, permission, division)),
  );
  return [...new Set(beyond)];
}

/** Whether `actor` may give `role` to somebody in `division`. */
export function mayGrant(actor: Actor, role: Pick<Role, 'policies'>, division: DivisionId | '*'): boolean {
  // Rule: nobody grants a role that holds permissions they do not hold themselves in that division
  return beyondOwn(actor, [{ permissions: permissionsOf(role.policies), division }]).length === 0;
}
