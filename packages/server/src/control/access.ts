/** What an operation asks for, judged in the division of what it is about. */
import {
  type Actor,
  type Conversation,
  type DivisionId,
  Fault,
  may,
  mayAnywhere,
  type Permission,
} from '@tacet/domain';

/** One of these is needed, or all of them (contract: ANY and ALL). */
export interface Access {
  readonly permissions: readonly Permission[];
  readonly isAll?: true;
}

/** @throws Fault permissionMissing or permissionsMissing. */
export function demandAccess(actor: Actor, access: Access, { divisionId }: Pick<Conversation, 'divisionId'>): void {
  const { permissions } = access;
  const holds = (permission: Permission): boolean => may(actor, permission, divisionId);
  // Rule: a permission counts in the division of what it is used on, and in no other
  if (access.isAll === true && !permissions.every(holds)) throw new Fault('permissionsMissing', { permissions });
  if (access.isAll !== true && !permissions.some(holds)) throw new Fault('permissionMissing', { permissions });
}

/**
 * The divisions in which the actor holds a permission; `undefined` when it reaches every division.
 * @throws Fault permissionMissing when it is held nowhere.
 */
export function reachOf(actor: Actor, permission: Permission): readonly DivisionId[] | undefined {
  if (!mayAnywhere(actor, permission)) throw new Fault('permissionMissing', { permissions: [permission] });
  const divisions = new Set<DivisionId>();
  for (const { division, permissions } of actor.rights) {
    if (!permissions.has(permission)) continue;
    if (division === '*') return undefined;
    divisions.add(division);
  }
  return [...divisions];
}
