/** Roles that somebody adds beside the built-in ones, changes and removes. */
import { Fault, type PermissionPolicy, permissionsOf, type Role, type RoleId } from '@tacet/domain';
import type { RoleText } from '../control/identity.ts';
import { checkedDescription, checkedName, checkedPolicies } from './checked-values.ts';
import { knownRole } from './grant-changes.ts';
import { type Changer, eventBy, type IdentityContext } from './identity-context.ts';
import { demandAny, demandOwn } from './judge.ts';

export function addRole(context: IdentityContext, by: Changer, { name, description, policies }: RoleText): Role {
  demandAny(by, ['authorization:role:add'], 'anywhere');
  const role: Role = {
    id: context.ids.next<RoleId>(),
    name: checkedName(name),
    description: checkedDescription(description),
    policies: checkedPolicies(policies),
  };
  return keep(context, by, role, 'added');
}

export function changeRole(context: IdentityContext, by: Changer, id: RoleId, change: Partial<RoleText>): Role {
  demandAny(by, ['authorization:role:edit'], 'anywhere');
  const { name, description, policies } = change;
  const checked = {
    ...(name !== undefined && { name: checkedName(name) }),
    ...(description !== undefined && { description: checkedDescription(description) }),
    ...(policies !== undefined && { policies: checkedPolicies(policies) }),
  };
  return context.change(() => {
    const before = ownRole(context, id);
    if (checked.policies !== undefined) demandWider(context, by, before, checked.policies);
    return keep(context, by, { ...before, ...checked }, 'changed');
  });
}

export function removeRole(context: IdentityContext, by: Changer, id: RoleId): void {
  demandAny(by, ['authorization:role:delete'], 'anywhere');
  context.change((note) => {
    const { name } = ownRole(context, id);
    const count = context.identity.grants({ roleId: id }).length;
    context.identity.removeRole(id);
    note(
      eventBy(context, by, {
        action: 'roleChanged',
        name,
        facts: { roleId: id, change: 'removed', grantCount: count },
      }),
    );
  });
}

function keep(context: IdentityContext, by: Changer, role: Role, change: 'added' | 'changed'): Role {
  return context.change((note) => {
    context.identity.putRole(role);
    const policies = role.policies.map(({ domain, entity, actions }) => `${domain}:${entity}:${actions.join(',')}`);
    const facts = { roleId: role.id, change, policies };
    note(eventBy(context, by, { action: 'roleChanged', name: role.name, facts }));
    return role;
  });
}

/** Whoever holds the role holds what it gives, so a wider role is as good as a grant wherever it is held. */
function demandWider(context: IdentityContext, by: Changer, before: Role, policies: readonly PermissionPolicy[]): void {
  const had = permissionsOf(before.policies);
  const added = new Set([...permissionsOf(policies)].filter((permission) => !had.has(permission)));
  const divisions = new Set(context.identity.grants({ roleId: before.id }).map(({ division }) => division));
  // Rule: nobody adds permissions to a role in use that they do not hold themselves where it is held
  demandOwn(
    by,
    [...divisions].map((division) => ({ permissions: added, division })),
  );
}

/** @throws Fault resourceUnknown or builtInFixed */
function ownRole({ identity }: IdentityContext, id: RoleId): Role {
  const role = knownRole(identity, id);
  // Rule: a built-in role cannot be changed or removed
  if (role.builtIn !== undefined) throw new Fault('builtInFixed', { entity: 'role', name: role.name });
  return role;
}
